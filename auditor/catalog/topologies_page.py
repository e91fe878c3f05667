"""Writes the page of all set-ups of the bench from the catalog: set-ups go in, Markdown comes out.

`python -m auditor.catalog.topologies_page > docs/topologies.md` makes it again, with `zh` behind it `docs/zh/topologies.md`.
"""

import sys

from auditor.catalog.topology_file import BenchSetup, load

_HEADS = {
    "en": """\
# Where to listen

[中文](zh/topologies.md)

A recording sees what passes where it listens. Each set-up below says what that is, and which legs it cannot see. Write its id
into `session.toml` (`topology = "P3"`, or several: `"P2 + P3"`): the report then repeats the legs that could not be seen among
its blind spots, because what was not seen was not absent. `auditor record setup NAME --interface IFACE` prints the lines to
type; the tool itself never changes the network. From `auditor/catalog/topologies/topologies.toml`.

| id | name | set-up |
| --- | --- | --- |
""",
    "zh": """\
# 在何处监听

[English](../topologies.md)

录制只能看到经过监听位置的流量。下列每种布置都说明可见内容以及看不到的环节。将其编号写入
`session.toml`（`topology = "P3"`，或多个：`"P2 + P3"`），报告会在盲区中重复列出看不到的环节：未看到不等于不存在。
`auditor record setup NAME --interface IFACE --lang zh` 打印需输入的命令；本工具从不更改网络。
来源：`auditor/catalog/topologies/topologies.toml`。

| 编号 | 名称 | 布置 |
| --- | --- | --- |
""",
}
_WORDS = {"en": ("Sees", "Cannot see", "To type"), "zh": ("可见", "不可见", "输入")}
_NOTES = {
    "en": """\
## Which one

Company Wi-Fi often keeps clients apart, and phones ignore proxies, so P2 for the phone is the usual beginning, with P3, P7 or P8
for the printer beside it: `auditor record session` runs both on one clock. The printer that offers a Wi-Fi of its own needs
P4; who wants to see what it says to others there needs P9 too.

Tested here: P3, P7 and P8 as far as their packets go, with virtual interfaces; P9 with made-up frames that tshark opens to
the same content. No access point, switch, monitor-mode card or phone was at hand: the lines for `nmcli`, `hostapd` and
`iw` come from the manuals of those programs and were not run.
""",
    "zh": """\
## 如何选择

公司 Wi-Fi 常隔离客户端，手机应用也常忽略代理，因此手机通常从 P2 开始，打印机同时使用 P3、P7 或 P8：
`auditor record session` 以同一时钟同时录制两者。
自带 Wi-Fi 的打印机需要 P4；若要查看其与其他设备的通信，还需要 P9。

已测试：P3、P7、P8 的数据包部分（虚拟网络接口）；P9 使用虚构的帧，tshark 解密结果一致。
测试环境没有接入点、交换机、监听模式网卡或手机：
`nmcli`、`hostapd` 和 `iw` 的命令行来自各程序手册，未实际运行。
""",
}


def render(setups: tuple[BenchSetup, ...], lang: str) -> str:
    """The page as Markdown: a table of all set-ups, then each with what it sees, what not, and what to type."""
    parts = [_HEADS[lang], *(_row(setup, lang) for setup in setups), "\n"]
    return "".join((*parts, *(_section(setup, lang) for setup in setups), _NOTES[lang]))


def _row(setup: BenchSetup, lang: str) -> str:
    title = setup.topology.title_zh if lang == "zh" else setup.topology.title
    return f"| {setup.topology.id} | `{setup.name}` | {title} |\n"


def _section(setup: BenchSetup, lang: str) -> str:
    topology = setup.topology
    title, seen, unseen = topology.title, topology.seen, topology.unseen
    if lang == "zh":
        title, seen, unseen = topology.title_zh, topology.seen_zh, topology.unseen_zh
    sees, cannot, typed = _WORDS[lang]
    lines = [f"## {topology.id} {title}", ""]
    lines += [f"{sees}:", "", *(f"- {text}" for text in seen), ""]
    lines += [f"{cannot}:", "", *(f"- {text}" for text in unseen), ""]
    lines += [f"{typed}:", "", "```", *setup.typed("wlan0"), "```", "", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(render(load(), "zh" if "zh" in sys.argv[1:] else "en"))
