// Stands in for an advertising pixel that no policy names.
new Image().src = "https://www.facebook.com/tr?" + new URLSearchParams({ id: "0000000000", ev: "PageView" });
