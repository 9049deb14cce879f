// Rewards and actions over time, under the scenes, with a line where the clock is.
import uPlot from 'uplot';
import { element } from 'mbmix/page';

// more components than this are shown by their range
const MOST_LINES = 12;
const HUES = ['#3f7fd0', '#d07a1f', '#3d9a50', '#a04fb5', '#c2402f', '#3aa3a8', '#8a7a2b', '#7a5ad0'];

const timesOf = replay => Array.from({ length: replay.frames }, (_, t) => t * replay.period);

const column = (replay, values, c) => Array.from(values.subarray(c * replay.frames, (c + 1) * replay.frames));

// of each frame the smallest, the mean and the largest component
const ranges = replay => {
  const { frames, acts, actions } = replay, low = [], mean = [], high = [];
  for (let t = 0; t < frames; t++) {
    let [least, sum, most] = [Infinity, 0, -Infinity];
    for (let a = 0; a < actions.length; a++) {
      const value = acts[a * frames + t];
      least = Math.min(least, value);
      most = Math.max(most, value);
      sum += value;
    }
    low.push(least);
    mean.push(sum / actions.length);
    high.push(most);
  }
  return [['smallest', low], ['mean', mean], ['largest', high]];
};

export class Trace {
  constructor(title, data, names, colors, duration, seek) {
    this.root = element('figure', 'trace');
    this.root.append(element('figcaption', '', title));
    this.place = element('div', 'plot');
    this.root.append(this.place);
    this.now = element('div', 'now');
    const series = names.map((name, i) => ({ label: name, stroke: colors[i], width: 1.25, points: { show: false } }));
    this.plot = new uPlot({
      width: 300,
      height: 110,
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { show: false }, y: false },
      // the same times below each other, however long each replay is
      scales: { x: { time: false, range: [0, duration] } },
      axes: [{ size: 24, font: '11px sans-serif' }, { size: 52, space: 22, font: '11px sans-serif' }],
      series: [{}, ...series],
    }, data, this.place);
    this.plot.over.append(this.now);
    let down = false;
    const follow = event => seek(this.plot.posToVal(event.offsetX, 'x'));
    this.plot.over.addEventListener('pointerdown', event => {
      down = true;
      this.plot.over.setPointerCapture(event.pointerId);
      follow(event);
    });
    this.plot.over.addEventListener('pointermove', event => down && follow(event));
    this.plot.over.addEventListener('pointerup', () => { down = false; });
  }

  resize() {
    const width = this.place.clientWidth;
    if (width > 0 && width !== this.plot.width) this.plot.setSize({ width, height: 110 });
  }

  show(time) {
    this.now.style.transform = `translateX(${this.plot.valToPos(time, 'x')}px)`;
  }
}

/** The rewards of all replays in one chart. */
export const rewardTrace = (replays, colors, duration, seek) => {
  const longest = replays.reduce((a, b) => a.frames * a.period > b.frames * b.period ? a : b);
  const data = [timesOf(longest)];
  for (const replay of replays) {
    data.push(data[0].map(time => {
      const frame = Math.round(time / replay.period);
      if (frame + replay.firstStep <= 0 || frame >= replay.frames) return null;
      // within a step, what it will have earned at its end
      return replay.rewards[Math.ceil(frame / replay.framesPerStep) * replay.framesPerStep] ?? null;
    }));
  }
  return new Trace('Reward per step', data, replays.map(r => r.label), colors, duration, seek);
};

/** The actions of one replay; null if they are not known. */
export const actionTrace = (replay, title, duration, seek) => {
  const count = replay.actions.length;
  if (!count) return null;
  const lines = count <= MOST_LINES
    ? replay.actions.map((name, a) => [name, column(replay, replay.acts, a)])
    : ranges(replay);
  const hues = count <= MOST_LINES ? HUES : ['#9aa3af', '#3f7fd0', '#9aa3af'];
  const colors = lines.map((_, i) => hues[i % hues.length]);
  const what = count <= MOST_LINES ? '' : ' (smallest, mean and largest component)';
  const values = [timesOf(replay), ...lines.map(l => l[1])];
  return new Trace(`${title}${what}`, values, lines.map(l => l[0]), colors, duration, seek);
};
