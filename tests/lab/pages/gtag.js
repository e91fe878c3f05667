// Stands in for Google's tag: one collect request with the page's whole address.
(() => {
  const known = document.cookie.match(/_ga=([^;]+)/);
  const cid = known ? known[1] : "1000000001.1790000000";
  document.cookie = "_ga=" + cid + "; path=/; secure";
  const query = new URLSearchParams({ v: "2", tid: "G-DEMO000001", cid, en: "page_view", dl: location.href });
  navigator.sendBeacon("https://www.google-analytics.com/g/collect?" + query);
  fetch("https://region1.google-analytics.com/g/collect?" + query, { method: "POST", mode: "no-cors" });
})();
