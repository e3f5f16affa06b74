// The customer has come back inside the frame: show the product in the whole window again.
window.top.location.replace(document.getElementById("onward").href);
