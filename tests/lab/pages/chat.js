// Stands in for Baidu's customer service chat: says hello.
fetch("https://affim.baidu.com/hello", { mode: "no-cors" });
