// The redirect to the product happened inside the frame. Show the product in the whole window.
window.top.location.replace(document.getElementById("onward").href);
