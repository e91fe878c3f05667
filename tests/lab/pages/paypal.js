// Stands in for PayPal's buttons: draws one, and logs that it did.
document.addEventListener("DOMContentLoaded", () => {
  document.getElementById("paypal").textContent = "PayPal";
  fetch("https://www.paypal.com/xoplatform/logger/api/logger", {
    method: "POST", mode: "no-cors", body: JSON.stringify({ event: "button_render", currency: "USD" }),
  });
});
