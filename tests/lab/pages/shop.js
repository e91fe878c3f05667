// First-party script of the shop's local copy: the consent button, and the pixel that hashes the e-mail address.
const accept = document.getElementById("accept");
if (accept) accept.addEventListener("click", () => {
  document.cookie = "consent=all; path=/; secure";
  document.getElementById("consent").remove();
  const script = document.createElement("script");
  script.src = "https://connect.facebook.net/en_US/fbevents.js";
  document.head.append(script);
});

async function sha256(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const account = document.getElementById("account");
if (account) account.addEventListener("submit", async (event) => {
  event.preventDefault();
  const em = await sha256(account.elements.email.value);
  const query = new URLSearchParams({ id: "0000000000", ev: "CompleteRegistration", "ud[em]": em });
  await fetch("https://www.facebook.com/tr?" + query, { mode: "no-cors" });
  account.submit();
});
