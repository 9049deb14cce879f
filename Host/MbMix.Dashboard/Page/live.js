// Follows runs while they are trained: the server sends what their files have gained.
import { element } from 'mbmix/page';
import { Chart, color, short } from 'mbmix/charts';
import { Cluster } from 'mbmix/live-cluster';
import { brief, clock, count } from 'mbmix/live-text';

const partColors = {
  simulation: '#1f77b4', networks: '#d9630c', optimizer: '#2a8f2a', model: '#8455b0', rest: '#9a9a9a',
};
const runs = new Map();
let ahead = 0; // of the server's clock
let over = 'env_steps';

const at = (columns, row, name) => {
  const index = columns.indexOf(name);
  return index < 0 || !row ? undefined : row[index];
};
const column = (run, name) => {
  const index = run.columns.indexOf(name);
  return index < 0 ? undefined : run.rows.map(r => r[index]);
};

// environment steps per second of training between neighboring points
const rates = run => {
  const steps = column(run, 'env_steps') ?? [];
  const seconds = column(run, 'wall_seconds') ?? [];
  return steps.map((s, i) => {
    const time = seconds[i] - (i > 0 ? seconds[i - 1] : 0);
    return time > 0 ? (s - (i > 0 ? steps[i - 1] : 0)) / time : null;
  });
};
const rate = run => {
  const last = run.last, points = run.rows.length;
  if (!last) return undefined;
  const from = run.rows[Math.max(0, points - 10)];
  const same = !from || at(run.columns, from, 'env_steps') >= at(run.columns, last, 'env_steps');
  const steps = at(run.columns, last, 'env_steps') - (same ? 0 : at(run.columns, from, 'env_steps'));
  const seconds = at(run.columns, last, 'wall_seconds') - (same ? 0 : at(run.columns, from, 'wall_seconds'));
  return seconds > 0 ? steps / seconds : undefined;
};

const heading = element('h1', '', 'Trainings');
const connection = element('span', '', 'connecting');
connection.id = 'connection';
const place = element('div', 'scroll');
const keys = element('div', 'keys', '', ...Object.entries(partColors).map(([name, background]) => {
  const swatch = element('span');
  swatch.style.background = background;
  return element('span', '', '', swatch, element('i', '', name));
}));
const select = (label, change) => {
  const made = element('select');
  made.addEventListener('change', () => change(made.value));
  return { box: element('label', '', `${label} `, made), made };
};
const axis = select('over', value => { over = value; draw(); });
for (const [value, name] of [['env_steps', 'environment steps'], ['wall_seconds', 'seconds of training']]) {
  const option = element('option', '', name);
  option.value = value;
  axis.made.append(option);
}
const loss = select('loss', () => draw());
const gradient = select('gradient', () => draw());
const grid = element('div', 'charts');
const controls = element('div', 'controls', '', axis.box, loss.box, gradient.box);
const cluster = new Cluster();
document.body.append(connection, heading, cluster.box, place, keys, controls, grid);
const charts = {
  training: new Chart(grid, { title: 'Return of the training rollouts' }),
  evaluation: new Chart(grid, { title: 'Return of evaluations (deterministic policy)' }),
  loss: new Chart(grid, { title: 'Loss' }),
  gradient: new Chart(grid, { title: 'Gradient norm' }),
  speed: new Chart(grid, { title: 'Environment steps per second of training' }),
  faults: new Chart(grid, { title: 'Quarantined lanes so far' }),
};

const offer = (choice, prefix, preferred) => {
  const names = [...new Set([...runs.values()].flatMap(r => r.columns.filter(c => c.startsWith(prefix))))];
  if (names.length === choice.made.length && names.every((n, i) => choice.made.options[i].value === n)) return;
  const before = choice.made.value;
  choice.made.replaceChildren(...names.map(n => element('option', '', n)));
  const first = [before, ...preferred].find(n => names.includes(n));
  if (first) choice.made.value = first;
};

const age = run => (run.written === undefined ? undefined : Math.max(0, (Date.now() + ahead - run.written) / 1000));
// what a run does, and whether it goes on
const state = run => {
  if (run.trouble) return [run.trouble, false];
  if (run.result) return [run.result.failure ? `failed: ${run.result.failure}` : 'finished', false];
  const seconds = age(run);
  if (!run.last || seconds === undefined) return ['starting', true];
  // a run is given the time of some iterations
  const each = at(run.columns, run.last, 'wall_seconds') / at(run.columns, run.last, 'iteration');
  return seconds < Math.max(5, 4 * (each || 0)) ? ['training', true] : [`no news for ${clock(seconds)}`, false];
};

const parts = run => {
  const made = element('div', 'parts');
  const values = Object.keys(partColors).map(p => Math.max(0, at(run.columns, run.last, `seconds_${p}`) ?? 0));
  const total = values.reduce((a, b) => a + b, 0);
  Object.keys(partColors).forEach((part, i) => {
    if (!(values[i] > 0)) return;
    const span = element('span');
    span.style.width = `${100 * values[i] / total}%`;
    span.style.background = partColors[part];
    span.title = `${part}: ${short(100 * values[i] / total)} % of the last iteration`;
    made.append(span);
  });
  return made;
};

// of the policy as of the last checkpoint, on a page of its own
const replay = run => {
  if (!run.replay) return [];
  const link = element('a', '', 'replay');
  link.href = `replay/${run.id}`;
  link.target = `replay-${run.id}`;
  return [link];
};

const row = (run, number) => {
  const swatch = element('span', 'swatch');
  swatch.style.background = color(number);
  const steps = at(run.columns, run.last, 'env_steps');
  const done = run.budget && steps !== undefined ? Math.min(1, steps / run.budget) : 0;
  const fill = element('span');
  fill.style.width = `${100 * done}%`;
  const speed = rate(run);
  const evaluation = at(run.evaluationColumns, run.evaluations.at(-1), 'mean');
  const whole = `${run.name}: ${run.algorithm} on ${run.environment}, seed ${run.seed}, in ${run.folder}`;
  const name = element('td', '', '', element('div', 'name', '', swatch, brief(run.name, whole)));
  const [doing, goesOn] = state(run);
  const left = goesOn && run.budget && speed ? Math.max(0, run.budget - steps) / speed : undefined;
  const cells = [
    `${count(steps)}${run.budget ? ` of ${count(run.budget)}` : ''}`,
    short(at(run.columns, run.last, 'return')), short(run.result?.return ?? evaluation), short(speed),
    left === undefined ? '–' : clock(left), count(at(run.columns, run.last, 'faults')),
  ].map((text, i) => element('td', i === 0 ? 'steps' : '', text));
  cells[0].title = String(steps ?? '');
  const bar = element('td', '', '', element('div', 'bar', '', fill));
  // what a message is about stands at the front of it, and the run is named beside it
  const doingHere = brief(doing.replaceAll(`${run.folder}/`, ''), doing);
  return element('tr', '', '', name, element('td', 'state', '', doingHere), bar, ...cells,
    element('td', '', '', parts(run)), element('td', '', '', ...replay(run)));
};

const lines = value => [...runs.values()].flatMap((run, i) => {
  const found = value(run);
  return found?.x && found.y ? [{ label: run.name, group: run.name, color: color(i), ...found }] : [];
});

let pending = false;
const draw = () => {
  if (pending) return;
  pending = true;
  requestAnimationFrame(() => {
    pending = false;
    const alone = cluster.known && runs.size === 0;
    cluster.draw(Date.now() + ahead, alone);
    for (const part of [place, keys, controls, grid]) part.hidden = alone;
    heading.textContent = alone ? cluster.title
      : runs.size === 1 ? [...runs.values()][0].name : `${runs.size} trainings`;
    offer(loss, 'loss/', ['loss/actor', 'loss/policy']);
    offer(gradient, 'gradient/', ['gradient/actor', 'gradient/norm']);
    table();
    charts.training.show(lines(r => ({ x: column(r, over), y: column(r, 'return') })));
    charts.evaluation.show(lines(r => ({
      x: r.evaluations.map(e => at(r.evaluationColumns, e, over)),
      y: r.evaluations.map(e => at(r.evaluationColumns, e, 'mean')),
    })));
    charts.loss.show(lines(r => ({ x: column(r, over), y: column(r, loss.made.value) })));
    charts.gradient.show(lines(r => ({ x: column(r, over), y: column(r, gradient.made.value) })));
    charts.speed.show(lines(r => ({ x: column(r, over), y: rates(r) })));
    charts.faults.show(lines(r => ({ x: column(r, over), y: column(r, 'faults') })));
    document.body.dataset.points = String([...runs.values()].reduce((sum, r) => sum + r.rows.length, 0));
  });
};
const table = () => {
  const head = [
    'run', 'state', 'progress', 'env steps', 'return', 'evaluation', 'steps/s', 'to go', 'quarantined',
    'time split', 'policy',
  ];
  place.replaceChildren(element('table', '', '',
    element('thead', '', '', element('tr', '', '', ...head.map(h => element('th', '', h)))),
    element('tbody', '', '', ...[...runs.values()].map(row))));
};

const take = message => {
  ahead = message.now - Date.now();
  if (message.whole) runs.clear();
  for (const { rows, evaluations, whole, ...news } of message.runs) {
    const run = runs.get(news.id) ?? { rows: [], evaluations: [], columns: [], evaluationColumns: [] };
    if (whole) [run.rows, run.evaluations] = [[], []];
    // what a message does not say is no longer so
    Object.assign(run, { trouble: undefined, result: undefined, last: undefined, written: undefined }, news);
    run.rows.push(...rows);
    run.evaluations.push(...evaluations);
    runs.set(news.id, run);
  }
  if (message.cluster) cluster.take(message.cluster);
  draw();
};

const events = new EventSource('events');
events.addEventListener('open', () => {
  connection.textContent = 'live';
  connection.className = '';
});
events.addEventListener('error', () => {
  connection.textContent = 'not connected: the training or `mbmix watch` has ended';
  connection.className = 'lost';
});
events.addEventListener('message', event => take(JSON.parse(event.data)));
setInterval(() => {
  if (runs.size > 0) table();
  cluster.draw(Date.now() + ahead, runs.size === 0);
}, 2000);
