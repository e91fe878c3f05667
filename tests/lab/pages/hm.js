// Stands in for Baidu Tongji: one pixel.
new Image().src = "https://hm.baidu.com/hm.gif?" + new URLSearchParams({
  si: "demo0000000000000000000000000000", et: "0", ct: "!!", u: location.origin + location.pathname,
});
