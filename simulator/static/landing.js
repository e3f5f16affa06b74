// Poll the account until its status changes, then reload the page.
const { account, seen } = document.querySelector(".landing").dataset;

async function poll() {
  try {
    const response = await fetch(`/accounts/${account}/status`);
    if (response.ok && (await response.json()).status !== seen) {
      location.reload();
      return;
    }
  } catch {
    // The next poll may succeed.
  }
  setTimeout(poll, 500);
}

setTimeout(poll, 500);
