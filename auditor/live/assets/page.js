// The live view in a browser: server-sent events in, the page out. Captured text goes into the page as text, never as markup.

import { LongList } from "./list.js";

const $ = (id) => document.getElementById(id);
const UNEXPLAINED = new Set(["ambiguous", "incorrect", "omitted", "unknown"]);
const HAY = ["host", "recipient", "service", "ident_kind", "identifier", "phase", "text", "row_class"];
const CHIPS = ["all", "unexplained", "identifiers", "blind"];
const SURFACE_MARKS = { app: "▯", printer: "⎙", site: "◉" };
const CLASS_MARKS = {
  clear: "✓", vague: "~", ambiguous: "≈", incorrect: "✕", omitted: "✖", unknown: "?", blind: "◌", local: "⌂", noise: "·", note: "›",
};

let words = {};
let scenarios = {};
let field = {};
let whys = [];
let last = null;
let server = null;
let alarms = null;
let chip = "all";
let sound = null;
const language = { name: (localStorage.getItem("language") || navigator.language || "en").startsWith("zh") ? "zh" : "en" };

// Texts

function word(table, name, filled = {}) {
  const texts = words[table]?.[name];
  const text = texts ? texts[language.name === "zh" ? 1 : 0] : name;
  return text.replace(/\{(\w+)\}/g, (whole, key) => (key in filled ? String(filled[key]) : whole));
}

function whyText(number) {
  const why = whys[number];
  if (!why) return "";
  const party = why.party || (language.name === "zh" ? "它" : "it");
  return word("why", why.key, { ...why, party }).replace(" ()", "").replace("（）", "").trim();
}

function size(bytes) {
  if (bytes === null || bytes === undefined) return "";
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });

function clock(at) {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? "" : CLOCK.format(time);
}

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

const get = (row, name) => row[field[name]];

// Rows

function whoText(row) {
  const surface = word("surface", get(row, "surface") || "app");
  const kind = get(row, "kind");
  if (kind === "flow" || kind === "contact" || kind === "sighting") return `${surface} → ${get(row, "recipient") || get(row, "host")}`;
  if (kind === "connection") return `${surface} → ${get(row, "host")}`;
  return kind === "phase" ? phaseTitle(get(row, "phase")) : get(row, "text");
}

function classText(row) {
  return get(row, "row_class") === "note" ? word("kind", get(row, "kind")) : word("class", get(row, "row_class"));
}

function whatText(row) {
  const kind = get(row, "kind");
  if (kind === "sighting") {
    const masked = get(row, "masked"); // the mask of what is never shown names the kind itself
    return masked.startsWith(get(row, "ident_kind")) ? masked : `${get(row, "ident_kind")} ${masked}`.trim();
  }
  if (kind === "connection") return get(row, "text");
  if (kind !== "flow" && kind !== "contact") return "";
  const port = get(row, "port");
  const place = `${get(row, "host")}${port && port !== 443 ? `:${port}` : ""}`;
  return [get(row, "method"), place, get(row, "status"), size(get(row, "bytes_up"))].filter(Boolean).join(" ");
}

function isUnexplained(row) {
  return UNEXPLAINED.has(get(row, "row_class")) || get(row, "is_early");
}

function fill(element, row) {
  const rowClass = get(row, "row_class");
  if (!element.firstChild) element.append(make("time"), make("span", "class"), make("span", "who"), make("span", "what"));
  const texts = [clock(get(row, "at")), `${CLASS_MARKS[rowClass] || ""} ${classText(row)}`, whoText(row), whatText(row)];
  const name = `row c-${rowClass}${get(row, "is_early") ? " early" : ""}`;
  if (element.className !== name) element.className = name;
  texts.forEach((text, place) => {
    const part = element.children[place];
    if (part.textContent !== text) part.textContent = text;
  });
}

const list = new LongList($("rows"), $("room"), matchMedia("(max-width: 640px)").matches ? 46 : 28, fill);

function accepts(row) {
  if ($("mute").checked && get(row, "row_class") === "noise") return false;
  if (chip === "unexplained" && !isUnexplained(row)) return false;
  if (chip === "identifiers" && get(row, "kind") !== "sighting") return false;
  if (chip === "blind" && get(row, "row_class") !== "blind") return false;
  const wanted = $("filter").value.trim().toLowerCase();
  if (!wanted) return true;
  if (row.hay === undefined) row.hay = HAY.map((name) => get(row, name) ?? "").join("\n").toLowerCase();
  return row.hay.includes(wanted);
}

function showDetail(row) {
  const box = $("detail");
  box.replaceChildren();
  if (!row) return;
  const reason = get(row, "row_class") === "note" && get(row, "kind") !== "connection" ? "" : `: ${whyText(get(row, "why"))}`;
  box.append(make("p", `why c-${get(row, "row_class")}`, classText(row) + reason));
  const why = whys[get(row, "why")];
  if (why?.rule) box.append(make("p", "rule", `${word("ui", "rule")} ${why.rule} · auditor explain ${why.rule}`));
  const facts = make("dl");
  const names = ["host", "port", "recipient", "service", "relation", "phase", "method", "status", "identifier", "masked", "part", "path",
    "confidence", "text", "flow_id"];
  for (const name of names) {
    const value = get(row, name);
    if (value !== null && value !== "") facts.append(make("dt", "", word("field", name)), make("dd", "", String(value)));
  }
  for (const [name, arrow] of [["bytes_up", "↑"], ["bytes_down", "↓"]]) {
    if (get(row, name) !== null) facts.append(make("dt", "", arrow), make("dd", "", size(get(row, name))));
  }
  box.append(facts);
}

function select(number) {
  list.selected = number;
  list.draw();
  showDetail(list.rows.get(number));
}

// The rest

function phaseTitle(phase) {
  const step = (scenarios.release || []).find((each) => each.phase === phase);
  const title = step ? step.title[language.name === "zh" ? 1 : 0] : phase;
  return phase ? (title === phase ? phase : `${title} (${phase})`) : word("ui", "no_phase");
}

function showPhases() {
  const steps = scenarios[$("list").value] || [];
  const chosen = $("step").value;
  $("step").replaceChildren(...steps.map((step, index) => {
    const option = make("option", "", `${index + 1}. ${step.title[language.name === "zh" ? 1 : 0]}`);
    option.value = step.phase;
    return option;
  }));
  if (steps.some((step) => step.phase === chosen)) $("step").value = chosen;
  showTodo();
}

function suggestNext(phase) {
  const order = (scenarios.release || []).map((step) => step.phase);
  const steps = scenarios[$("list").value] || [];
  const next = steps.find((step) => order.indexOf(step.phase) > order.indexOf(phase));
  if (next) $("step").value = next.phase;
  showTodo();
}

function showTodo() {
  const step = (scenarios.release || []).find((each) => each.phase === $("step").value);
  $("todo").textContent = step ? step.todo[language.name === "zh" ? 1 : 0] : "";
  $("mark").textContent = `${word("ui", "mark_button")}: ${step ? step.title[language.name === "zh" ? 1 : 0] : ""}`;
}

function tallyItems(entries) {
  return entries.map(([name, count, rowClass, early]) => {
    const item = make("li", rowClass ? `c-${rowClass}${early ? " early" : ""}` : "");
    item.append(make("span", "name", name), make("span", "count", String(count)));
    return item;
  });
}

function showState(state) {
  if (last && state.phase !== last.phase) suggestNext(state.phase);
  last = state;
  const counts = state.counts;
  $("title").textContent = state.title;
  $("rec").textContent = `● ${word("ui", state.recording ? "recording" : state.started ? "stopped" : "waiting")}`;
  $("rec").className = state.recording ? "rec on" : "rec";
  const share = state.decrypted === null ? "–" : `${Math.round(state.decrypted * 100)}%`;
  $("sight").textContent = `${word("ui", "decrypted")} ${share} · ${word("ui", "blind_hosts", { count: state.blind })}`;
  const troubles = [state.trouble, counts.lost && word("ui", "lost", { count: counts.lost }),
    counts.skipped && word("ui", "skipped", { count: counts.skipped }),
    counts.hook_errors && word("ui", "hook_errors", { count: counts.hook_errors }),
    state.quiet && word("quiet", state.quiet, { folder: "…", seconds: 30 })].filter(Boolean);
  $("quiet").hidden = !troubles.length;
  $("quiet").textContent = troubles.join(" · ");
  showPinned(state.pinned);
  $("phase-word").textContent = word("ui", "phase");
  $("phase-name").textContent = phaseTitle(state.phase);
  const seconds = state.since ? Math.max(0, Math.floor((new Date(state.now) - new Date(state.since)) / 1000)) : null;
  $("phase-clock").textContent = seconds === null ? "" : `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
  $("parties").replaceChildren(...tallyItems(state.recipients));
  $("ids").replaceChildren(...tallyItems(state.identifiers));
  $("printer").textContent = word("ui", "packets", { count: state.printer[0], size: size(state.printer[1]) });
  const counted = [`${counts.flows}`, word("ui", $("mute").checked ? "muted" : "shown_noise", { count: counts.noise })];
  if (counts.unlisted + counts.forgotten) counted.push(word("ui", "sampled", { count: counts.unlisted + counts.forgotten }));
  $("counted").textContent = counted.join(" · ");
  if (alarms !== null && counts.alarms > alarms) beep();
  alarms = counts.alarms;
}

function showPinned(row) {
  const box = $("pinned");
  const text = row ? `${whoText(row)} ${whatText(row)}` : word("ui", "nothing_unexplained");
  const key = row ? `${row[0]}|${row[1]}|${language.name}|${text}` : `none|${language.name}`;
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  box.className = row ? "pinned some" : "pinned";
  box.replaceChildren(make("strong", "", row ? `${word("ui", "new")} ▸ ${clock(get(row, "at"))} ${word("class", get(row, "row_class"))}` : ""));
  box.append(make("span", "who", text));
  if (row) box.append(make("span", "why", whyText(get(row, "why"))));
}

function beep() {
  if (!sound) return;
  const tone = sound.createOscillator();
  const volume = sound.createGain();
  volume.gain.value = 0.1;
  tone.connect(volume).connect(sound.destination);
  tone.start();
  tone.stop(sound.currentTime + 0.12);
}

async function send(path, body) {
  try {
    const answer = await fetch(path, { method: "POST", body: JSON.stringify(body) });
    const said = await answer.json();
    return said.error || "";
  } catch {
    return word("ui", "lost_link");
  }
}

function showWords() {
  document.documentElement.lang = language.name === "zh" ? "zh-CN" : "en";
  $("language").textContent = language.name === "zh" ? "English" : "中文";
  $("language").lang = language.name === "zh" ? "en" : "zh";
  const texts = { "flows-word": "flows", "detail-word": "detail", "parties-word": "parties", "ids-word": "ids", "printer-word": "printer",
    "mute-word": "mute", beep: "beep", "list-word": "phase", "step-word": "phase" };
  for (const [id, name] of Object.entries(texts)) $(id).textContent = word("ui", name);
  $("filter").placeholder = word("ui", "filter");
  $("filter").setAttribute("aria-label", word("ui", "filter"));
  $("chips").replaceChildren(...CHIPS.map((name) => {
    const button = make("button", name === chip ? "chip on" : "chip", word("ui", name));
    button.type = "button";
    button.setAttribute("aria-pressed", String(name === chip));
    button.addEventListener("click", () => {
      chip = name;
      showWords();
      list.choose(accepts);
    });
    return button;
  }));
  const chosen = $("list").value || localStorage.getItem("list") || "short";
  $("list").replaceChildren(...Object.keys(scenarios).map((name) => {
    const option = make("option", "", word("ui", `list_${name}`));
    option.value = name;
    return option;
  }));
  $("list").value = chosen;
  showPhases();
  if (last) showState(last);
  list.draw();
  showDetail(list.rows.get(list.selected));
}

function listen() {
  const events = new EventSource("events");
  const read = (event) => {
    const data = JSON.parse(event.data);
    whys.push(...(data.whys || []));
    return data;
  };
  events.addEventListener("hello", (event) => {
    const name = JSON.parse(event.data).server;
    whys = [];
    if (server !== null && server !== name) list.clear();
    server = name;
    $("said").textContent = "";
  });
  events.addEventListener("rows", (event) => list.take(read(event).rows));
  events.addEventListener("state", (event) => showState(read(event)));
  events.addEventListener("error", () => {
    $("said").textContent = word("ui", "lost_link");
  });
}

async function begin() {
  const told = await (await fetch("words")).json();
  words = told.words;
  scenarios = told.scenarios;
  field = Object.fromEntries(told.fields.map((name, index) => [name, index]));
  list.accepts = accepts;
  showWords();
  suggestNext(null);
  listen();
}

$("language").addEventListener("click", () => {
  language.name = language.name === "zh" ? "en" : "zh";
  localStorage.setItem("language", language.name);
  $("pinned").dataset.key = "";
  showWords();
});
$("beep").addEventListener("click", () => {
  sound = sound ? null : new AudioContext();
  $("beep").setAttribute("aria-pressed", String(Boolean(sound)));
});
$("mute").addEventListener("change", () => list.choose(accepts));
$("filter").addEventListener("input", () => list.choose(accepts));
$("list").addEventListener("change", () => {
  localStorage.setItem("list", $("list").value);
  showPhases();
  suggestNext(last?.phase ?? null);
});
$("step").addEventListener("change", showTodo);
$("mark").addEventListener("click", async () => {
  const phase = $("step").value;
  const error = await send("phase", { phase });
  $("said").textContent = error ? word("ui", "not_marked", { why: error }) : word("ui", "marked", { name: phase });
});
$("rows").addEventListener("click", (event) => {
  const element = event.target.closest(".row");
  if (element) select(Number(element.dataset.number));
});
$("rows").addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !list.shown.length) return;
  event.preventDefault();
  const now = list.selected === null ? -1 : list.shown.length - 1 - list.shown.indexOf(list.selected);
  const place = Math.min(Math.max(now + step, 0), list.shown.length - 1);
  select(list.at(place)[0]);
  const top = place * list.height;
  if (top < list.box.scrollTop) list.box.scrollTop = top;
  if (top + list.height > list.box.scrollTop + list.box.clientHeight) list.box.scrollTop = top + list.height - list.box.clientHeight;
});

begin();
