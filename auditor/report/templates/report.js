"use strict";
(() => {
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);

  // The document's language follows the switch, for screen readers and hyphenation.
  // An option of a list can hold no elements, so its words are put in here; without this script both languages stand there.
  const speak = (language) => {
    root.lang = language;
    for (const option of document.querySelectorAll("option[data-zh]")) option.textContent = option.dataset[language];
  };
  for (const radio of document.querySelectorAll("input[name=language]")) {
    radio.addEventListener("change", () => { speak(radio.value); count(); });
    if (radio.checked) speak(radio.value);
  }

  // A link to a finding opens it.
  const reveal = () => {
    const target = location.hash.length > 1 && byId(decodeURIComponent(location.hash.slice(1)));
    if (target && target.matches("details.finding")) { target.hidden = false; target.open = true; target.scrollIntoView(); }
  };

  const form = byId("filters");
  const list = byId("finding-list");
  const findings = list ? [...list.children] : [];
  const fields = ["search", "severity", "surface", "status", "sort"];
  const field = (name) => byId("filter-" + name);
  const shown = () => findings.filter((finding) => !finding.hidden).length;

  function count() {
    if (form) byId("filter-count").textContent = shown() + " / " + findings.length;
  }

  const orders = {
    severity: (a, b) => a.dataset.order - b.dataset.order,
    recipient: (a, b) => a.dataset.recipient.localeCompare(b.dataset.recipient) || a.dataset.order - b.dataset.order,
    rule: (a, b) => a.dataset.rule.localeCompare(b.dataset.rule) || a.dataset.order - b.dataset.order,
    flows: (a, b) => b.dataset.flows - a.dataset.flows || a.dataset.order - b.dataset.order,
  };
  const texts = new Map();
  const textOf = (finding) => {
    if (!texts.has(finding)) texts.set(finding, finding.textContent.toLowerCase());
    return texts.get(finding);
  };

  function apply() {
    const words = field("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const finding of findings) {
      const matches = (name) => !field(name).value || finding.dataset[name] === field(name).value;
      finding.hidden = !(["severity", "surface", "status"].every(matches) && words.every((word) => textOf(finding).includes(word)));
    }
    const before = [...findings];
    findings.sort(orders[field("sort").value]);
    if (findings.some((finding, index) => finding !== before[index])) list.append(...findings);
    count();
  }

  // The filters live in the address, so that a view can be sent to a colleague.
  function remember() {
    const state = new URLSearchParams();
    for (const name of fields) if (field(name).value && field(name).value !== field(name).options?.[0]?.value) state.set(name, field(name).value);
    history.replaceState(null, "", state.size ? "#?" + state : "#findings");
  }

  function recall() {
    if (!location.hash.startsWith("#?")) return false;
    const state = new URLSearchParams(location.hash.slice(2));
    for (const name of fields) if (state.has(name)) field(name).value = state.get(name);
    byId("findings").scrollIntoView();
    return true;
  }

  if (form && list) {
    form.hidden = false;
    // The page arrives sorted and whole: only a remembered view needs work.
    if (recall()) apply(); else count();
    form.addEventListener("input", () => { apply(); remember(); });
    form.addEventListener("reset", () => setTimeout(() => { apply(); remember(); }));
    form.addEventListener("submit", (event) => event.preventDefault());
  }
  reveal();
  addEventListener("hashchange", reveal);

  // Tables sort by a click on a column's head; numbers by their value, not by how they are written.
  for (const table of document.querySelectorAll("table.sortable")) {
    for (const [index, head] of [...table.tHead.rows[0].cells].entries()) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const value = (row) => row.cells[index].dataset.value ?? row.cells[index].innerText.trim();
        const rows = [...table.tBodies[0].rows].sort((a, b) => value(a).localeCompare(value(b), undefined, { numeric: true }));
        table.tBodies[0].append(...(up ? rows : rows.reverse()));
      });
    }
  }

  for (const [id, open] of [["open-all", true], ["close-all", false]]) {
    byId(id)?.addEventListener("click", () => { for (const finding of findings) if (!finding.hidden) finding.open = open; });
  }

  // Copy a ticket in the language that shows. Where the clipboard is closed to files, the text is shown and selected instead.
  const tickets = byId("tickets") ? JSON.parse(byId("tickets").textContent) : {};
  for (const place of document.querySelectorAll(".ticket")) {
    place.hidden = false;
    const [button, said] = place.children;
    button.addEventListener("click", async () => {
      const ticket = tickets[place.closest("details").id][root.lang === "zh" ? 1 : 0];
      place.parentElement.querySelector("pre")?.remove();
      const shown = document.createElement("pre");
      shown.textContent = ticket;
      place.after(shown);
      getSelection().selectAllChildren(shown);
      let copied = true;
      try { await navigator.clipboard.writeText(ticket); } catch { copied = document.execCommand("copy"); }
      said.textContent = copied ? "✔" : "";
      button.dataset.done = "yes";
    });
  }

  // Paper shows everything.
  addEventListener("beforeprint", () => { for (const finding of findings) finding.open = true; });
})();
