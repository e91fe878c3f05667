"""Chinese words for what the tables and the register name by English identifiers: an identifier in, its name in Chinese out.

A word that is not listed (a phase of the user's own, a kind that a newer catalog knows) stays as it is.
"""

from collections.abc import Mapping

SURFACES = {"app": "应用", "printer": "打印机", "site": "网站"}
SEVERITIES = {"info": "提示", "low": "低", "medium": "中", "high": "高", "critical": "严重"}
OUTCOMES = {"missing": "文件不存在", "unreadable": "无法打开文件", "unknown_format": "格式未知", "damaged": "文件损坏"}
GATES = {
    "min_flows": "各端流量数",
    "required_phases": "已录制阶段",
    "hosts_decrypted": "已解密主机比例",
    "bytes_attributed": "已归属字节比例",
    "bodies_inspected": "已检查正文比例",
    "packet_loss": "丢失或无法读取的数据包比例",
    "hook_errors": "录制错误数",
}
PHASES = {
    "before_consent": "同意之前",
    "declined": "拒绝之后",
    "consented": "同意之后",
    "browse": "浏览",
    "register": "注册",
    "register_email": "邮箱注册",
    "profile": "个人资料",
    "pair_printer": "连接打印机",
    "print": "打印",
    "pay": "支付",
    "push": "推送",
    "background": "后台",
    "logout": "退出登录",
    "delete_account": "注销账号",
}


def in_chinese(words: Mapping[str, str], word: str | None) -> str:
    """The Chinese name of a word; the word itself where the table has none."""
    return words.get(word, word) if word else ""
