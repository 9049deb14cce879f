// Line charts on uPlot: lines with points of their own, bands around them, a legend that switches lines off and on, and
// the values beside the pointer.
import uPlot from 'uplot';
import { element } from 'mbmix/page';

const palette = [
  '#1f77b4', '#d9630c', '#2a8f2a', '#c22f2f', '#8455b0', '#86564b', '#c94fa4', '#6b6b6b', '#8f8f14', '#0f9aa8',
];
const height = 250;

/** The color of the line with a number. */
export const color = number => palette[number % palette.length];

/** A number as people read it, with a few significant digits. */
export const short = value => {
  if (typeof value !== 'number' || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e9 || size < 1e-3)) return value.toExponential(2);
  const digits = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 4;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
};

const tick = value => {
  const size = Math.abs(value);
  if (size >= 1e6 && size < 1e9) return `${short(value / 1e6)}M`;
  return size >= 1e4 && size < 1e6 ? `${short(value / 1e3)}k` : short(value);
};

const numbers = list => Array.from(list, v => (typeof v === 'number' && Number.isFinite(v) ? v : null));

// uPlot wants one axis for all lines: points that a line does not have are null there, and spanned
const tables = lines => {
  const all = [];
  for (const line of lines) {
    const x = numbers(line.x);
    for (const y of line.low ? [line.y, line.low, line.high] : [line.y]) {
      const kept = x.map((_, i) => i).filter(i => x[i] !== null);
      const values = numbers(y);
      all.push([kept.map(i => x[i]), kept.map(i => values[i])]);
    }
  }
  return all.length > 0 ? uPlot.join(all) : [[]];
};

const nearest = (line, x) => {
  let best = -1;
  for (let i = 0; i < line.x.length; i++) {
    if (typeof line.y[i] !== 'number' || !Number.isFinite(line.y[i])) continue;
    if (best < 0 || Math.abs(line.x[i] - x) < Math.abs(line.x[best] - x)) best = i;
  }
  return best < 0 ? undefined : line.y[best];
};

/** A chart; `show(lines)` draws lines of { label, color, x, y, low, high, thin, group }. */
export class Chart {
  #plot;
  #lines = [];
  #hidden = new Set();
  #place = element('div', 'plot');
  #legend = element('div', 'legend');
  #options;

  constructor(parent, options) {
    this.#options = options;
    const title = element('h4', '', options.title);
    parent.append(element('figure', 'chart', '', title, this.#place, this.#legend));
    new ResizeObserver(() => {
      if (this.#plot && this.#width !== this.#plot.width) this.#plot.setSize({ width: this.#width, height });
    }).observe(this.#place);
  }

  get #width() {
    return Math.max(200, Math.floor(this.#place.clientWidth));
  }

  show(lines) {
    const layout = JSON.stringify(lines.map(l => [l.label, l.color, l.group, !!l.low, !!l.thin]));
    this.#lines = lines;
    if (this.#plot && layout === this.layout) {
      this.#plot.setData(tables(this.#visible));
      return;
    }
    this.layout = layout;
    this.#draw();
  }

  get #visible() {
    return this.#lines.filter(l => !this.#hidden.has(l.group ?? l.label));
  }

  #draw() {
    const visible = this.#visible;
    const series = [{}];
    const bands = [];
    for (const line of visible) {
      series.push({
        stroke: line.color, width: line.thin ? 0.8 : 2, spanGaps: true,
        points: { show: line.x.length < 2, size: 5 },
      });
      if (!line.low) continue;
      const at = series.length;
      const edge = { stroke: 'transparent', width: 0, spanGaps: true, points: { show: false } };
      series.push({ ...edge }, { ...edge });
      bands.push({ series: [at + 1, at], fill: line.color + '26' });
    }
    const values = (_, ticks) => ticks.map(t => (t === null ? '' : tick(t)));
    const font = '12px sans-serif';
    const axis = {
      stroke: '#555', grid: { stroke: '#eee' }, ticks: { stroke: '#ddd' }, values, labelSize: 22, font, labelFont: font,
    };
    this.#plot?.destroy();
    this.#place.replaceChildren();
    this.#plot = new uPlot({
      width: this.#width, height, series, bands,
      scales: { x: { time: false }, y: this.#options.scale ?? {} },
      axes: [{ ...axis, label: this.#options.xLabel }, { ...axis, label: this.#options.yLabel, size: 62 }],
      legend: { show: false },
      cursor: { points: { show: false } },
      hooks: { setCursor: [plot => this.#point(plot)] },
    }, tables(visible), this.#place);
    this.#drawLegend();
  }

  #drawLegend() {
    const groups = new Map();
    for (const line of this.#lines) {
      const name = line.group ?? line.label;
      if (!groups.has(name)) groups.set(name, line);
    }
    this.#legend.replaceChildren(...[...groups].map(([name, line]) => {
      const swatch = element('span', 'swatch');
      swatch.style.background = line.color;
      const button = element('button', this.#hidden.has(name) ? 'off' : '');
      button.append(swatch, element('span', '', name), element('span', 'value'));
      button.type = 'button';
      button.setAttribute('aria-pressed', String(!this.#hidden.has(name)));
      button.addEventListener('click', () => {
        if (!this.#hidden.delete(name)) this.#hidden.add(name);
        this.#draw();
      });
      return button;
    }), element('span', 'at'));
  }

  #point(plot) {
    const x = plot.cursor.left >= 0 ? plot.posToVal(plot.cursor.left, 'x') : undefined;
    const groups = [...new Set(this.#lines.map(l => l.group ?? l.label))];
    for (const [i, name] of groups.entries()) {
      const own = this.#visible.filter(l => (l.group ?? l.label) === name);
      const value = x === undefined || own.length !== 1 ? undefined : nearest(own[0], x);
      this.#legend.children[i].lastChild.textContent = value === undefined ? '' : short(value);
    }
    this.#legend.lastChild.textContent = x === undefined ? '' : `at ${short(x)}`;
  }
}

/** Calls functions one after the other, with time for the browser in between. */
export const later = async actions => {
  for (const action of actions) {
    await new Promise(resume => setTimeout(resume));
    action();
  }
};
