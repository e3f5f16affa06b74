// Look at the account until its status changes, then show the page anew.
const { account, seen } = document.querySelector(".landing").dataset;

async function look() {
  try {
    const response = await fetch(`/accounts/${account}/status`);
    if (response.ok && (await response.json()).status !== seen) {
      location.reload();
      return;
    }
  } catch {
    // The next look may succeed.
  }
  setTimeout(look, 500);
}

setTimeout(look, 500);
