// A list of any length in a box: keeps every row in memory and only those elements in the page that can be seen.

const SPARE = 6;

export class LongList {
  /** `box` scrolls, `room` in it has the height of all rows; `fill(element, row)` writes a row; `accepts(row)` filters. */
  constructor(box, room, height, fill) {
    this.box = box;
    this.room = room;
    this.height = height;
    this.fill = fill;
    this.accepts = () => true;
    this.rows = new Map();
    this.shown = [];
    this.pool = [];
    this.selected = null;
    this.waiting = false;
    box.addEventListener("scroll", () => this.draw(), { passive: true });
    new ResizeObserver(() => this.draw()).observe(box);
  }

  /** Takes rows, new ones and ones that changed. The newest stands on top; who has scrolled down keeps the place. */
  take(rows) {
    let added = 0;
    for (const row of rows) {
      const isNew = !this.rows.has(row[0]);
      this.rows.set(row[0], row);
      if (isNew && this.accepts(row)) {
        this.insert(row[0]);
        added += 1;
      }
    }
    if (added && this.box.scrollTop > this.height) this.box.scrollTop += added * this.height;
    this.draw();
  }

  insert(number) {
    let place = this.shown.length;
    while (place > 0 && this.shown[place - 1] > number) place -= 1;
    this.shown.splice(place, 0, number);
  }

  /** Chooses again what is shown. */
  choose(accepts) {
    this.accepts = accepts;
    this.shown = [...this.rows.values()].filter(accepts).map((row) => row[0]).sort((a, b) => a - b);
    this.draw();
  }

  clear() {
    this.rows.clear();
    this.shown = [];
    this.draw();
  }

  at(place) {
    return this.rows.get(this.shown[this.shown.length - 1 - place]);
  }

  draw() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.paint();
    });
  }

  paint() {
    this.room.style.height = `${this.shown.length * this.height}px`;
    const first = Math.max(0, Math.floor(this.box.scrollTop / this.height) - SPARE);
    const count = Math.min(this.shown.length - first, Math.ceil(this.box.clientHeight / this.height) + 2 * SPARE);
    while (this.pool.length < count) {
      const element = document.createElement("div");
      element.className = "row";
      element.setAttribute("role", "option");
      this.room.append(element);
      this.pool.push(element);
    }
    this.pool.forEach((element, index) => {
      const row = index < count ? this.at(first + index) : undefined;
      element.hidden = row === undefined;
      if (row === undefined) return;
      element.style.transform = `translateY(${(first + index) * this.height}px)`;
      element.dataset.number = row[0];
      element.setAttribute("aria-selected", String(row[0] === this.selected));
      this.fill(element, row);
    });
  }
}
