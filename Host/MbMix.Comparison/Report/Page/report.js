// Shows what the host has computed: nothing here is a statistic. Text of users goes through textContent alone.
import { bytes, element } from 'mbmix/page';
import { Chart, color, later } from 'mbmix/charts';

const report = JSON.parse(new TextDecoder().decode(await bytes('report')));
const every = 'all';
const armColor = arm => color(report.arms.indexOf(arm));
const drawings = []; // done once the rest can be read
const finite = value => typeof value === 'number' && Number.isFinite(value);

const number = (value, digits) => {
  if (!finite(value)) return '–';
  if (Math.abs(value) >= 1e12) return value.toExponential(2);
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
};

// the whole value stands behind the rounded one
const cell = (value, digits = 1, className = '') => {
  const made = element('td', className, number(value, digits));
  if (finite(value)) made.title = String(value);
  return made;
};
const text = (value, className = 'text') => element('td', className, value);
const interval = (m, digits) => {
  if (!m || !finite(m.low)) return text('–', '');
  const made = text(`${number(m.value, digits)} [${number(m.low, digits)}, ${number(m.high, digits)}]`, '');
  made.title = `${m.value} [${m.low}, ${m.high}]`;
  return made;
};
const table = (head, rows) => {
  const made = element('table', '', '',
    element('thead', '', '', element('tr', '', '', ...head.map((h, i) =>
      element('th', rows[0]?.[i]?.classList.contains('text') ? 'text' : '', h)))),
    element('tbody', '', '', ...rows.map(cells => element('tr', '', '', ...cells))));
  return element('div', 'scroll', '', made);
};
const section = (id, title, ...content) => {
  const made = element('section', '', '', element('h2', '', title), ...content);
  made.id = id;
  return made;
};
const folded = (title, fill) => {
  const made = element('details', '', '', element('summary', '', title));
  made.addEventListener('toggle', () => {
    if (made.childElementCount === 1) fill(made);
  });
  return made;
};
const choice = (label, values, change) => {
  const select = element('select', '', '', ...values.map(v => element('option', '', v)));
  select.addEventListener('change', () => change(select.value));
  return element('label', '', `${label} `, select);
};

const isPair = m => m.name.startsWith('P(');

const overall = () => {
  const own = report.measures.filter(m => m.environment === every && !isPair(m));
  if (own.length === 0) return [];
  const names = [...new Set(own.map(m => m.name))];
  const rows = [...new Set(own.map(m => m.arm))].map(arm =>
    [text(arm), ...names.map(name => interval(own.find(m => m.arm === arm && m.name === name), 2))]);
  return [
    element('p', 'quiet', `Returns on a common scale (${report.scale}), with 95 % intervals.`),
    table(['algorithm', ...names], rows),
  ];
};

const improvement = environment => {
  const pairs = report.measures.filter(m => m.environment === environment && isPair(m));
  if (pairs.length === 0) return [];
  const rows = pairs.map(m => [text(m.arm), text(m.name.slice('P(X > '.length, -1)), interval(m, 2)]);
  return [element('h3', '', 'Probability of improvement'), table(['X', 'Y', 'P(X > Y) [95 %]'], rows)];
};

const bands = figure => figure.bands.map(b =>
  ({ label: b.arm, group: b.arm, color: armColor(b.arm), x: b.x, y: b.middle, low: b.low, high: b.high }));

const profile = environment => {
  const figure = report.profiles.find(p => p.environment === environment);
  if (!figure) return [];
  const place = element('div', 'charts');
  drawings.push(() => new Chart(place, {
    title: 'Performance profile', xLabel: figure.xLabel, yLabel: figure.yLabel,
  }).show(bands(figure)));
  return [place];
};

const curves = environment => {
  const figures = report.curves.filter(c => c.environment === environment);
  if (figures.length === 0) return [];
  const place = element('div', 'charts');
  const charts = [];
  const box = element('input');
  box.type = 'checkbox';
  const show = () => figures.forEach((figure, i) => charts[i].show([
    ...bands(figure),
    ...(box.checked ? figure.seeds.map(s => ({
      label: `${s.arm} seed ${s.seed}`, group: s.arm, color: armColor(s.arm), x: s.x, y: s.y, thin: true,
    })) : []),
  ]));
  box.addEventListener('change', show);
  drawings.push(() => {
    for (const { xLabel, yLabel } of figures)
      charts.push(new Chart(place, { title: `${yLabel} over ${xLabel}`, xLabel, yLabel }));
    show();
  });
  return [
    element('h3', '', 'Learning curves'),
    element('p', 'quiet', 'A line is the median of the seeds, the band goes from the worst to the best of them.'),
    element('label', '', '', box, ' single seeds'),
    place,
  ];
};

const runName = run => `${run.arm} seed ${run.seed}`;

const runLine = run => ({ label: runName(run), group: run.arm, color: armColor(run.arm), thin: true });

const training = environment => {
  const runs = report.runs.filter(r => r.environment === environment && r.steps.length > 0);
  if (runs.length === 0) return [];
  return [folded('Training returns of every run', parent => {
    parent.append(element(
      'p', 'quiet', 'Means over the last finished episodes of the training rollouts, which explore.'));
    const place = element('div', 'charts');
    parent.append(place);
    for (const [over, xLabel] of [['steps', 'environment steps'], ['seconds', 'seconds of training']]) {
      const chart = new Chart(place, { title: `training return over ${xLabel}`, xLabel, yLabel: 'training return' });
      chart.show(runs.map(r => ({ ...runLine(r), x: r[over], y: r.returns })));
    }
  })];
};

const gradients = environment => {
  const runs = report.runs.filter(r => r.environment === environment && Object.keys(r.gradients).length > 0);
  if (runs.length === 0) return [];
  const names = [...new Set(runs.flatMap(r => Object.keys(r.gradients)))];
  const first = names.find(n => n === 'gradient/actor') ?? names.find(n => n === 'gradient/norm') ?? names[0];
  const ordered = [first, ...names.filter(n => n !== first)];
  return [folded('Gradient health', parent => {
    const rows = report.rows.filter(r => r.environment === environment).map(r =>
      [text(r.arm), cell(r.norm, 4), cell(finite(r.clipped) ? 100 * r.clipped : undefined), cell(r.skipped, 0)]);
    parent.append(
      table(['algorithm', 'median norm', '% of updates clipped', 'updates skipped'], rows),
      element('p', 'quiet', 'Medians over seeds; skipped updates are those of all seeds together. Where lines are too '
        + 'many for the chart, the largest value of those beside each other is shown.'));
    const place = element('div', 'charts');
    const chart = new Chart(place, { title: 'over environment steps', xLabel: 'environment steps', yLabel: '' });
    const show = name => chart.show(runs.filter(r => r.gradients[name]).map(r =>
      ({ ...runLine(r), x: r.gradientSteps, y: r.gradients[name] })));
    parent.append(choice('column of the metrics', ordered, show), place);
    requestAnimationFrame(() => show(first));
  })];
};

const replays = environment => {
  const id = report.replays.indexOf(environment);
  if (id < 0) return [];
  return [folded('Replays', async parent => {
    const place = element('div', 'replays');
    parent.append(
      element(
        'p', 'quiet',
        'An episode of the deterministic policy: of each algorithm, the run whose return is the median.'),
      place);
    const { show } = await import('mbmix/player');
    await show(place, String(id));
  })];
};

const settings = environment => {
  const own = report.settings.filter(s => s.environment === environment);
  if (own.length === 0) return [];
  const rows = own.map(s => [text(s.key), ...s.values.map(v => text(v ?? '–', 'text'))]);
  const show = parent => parent.append(table(['setting', ...report.arms], rows));
  return [folded(`Settings that differ (${own.length})`, show)];
};

const results = environment => {
  const rows = report.rows.filter(r => r.environment === environment).map(r => [
    text(r.arm), cell(r.median), interval({ value: r.iqm, low: r.low, high: r.high }, 1), cell(r.finished, 0),
    ...r.returns.map(v => cell(v)), cell(r.steps, 0), cell(r.seconds, 0), cell(r.modelSteps, 0),
    cell(r.backwardSteps, 0), cell(r.pullbacks, 0), cell(r.differencingSteps, 0), cell(r.norm, 3),
  ]);
  return table([
    'algorithm', 'median', 'IQM [95 %]', 'runs', ...report.seeds.map(s => `seed ${s}`), 'env steps', 'seconds',
    'model steps', 'backward steps', 'pullbacks', 'differencing steps', 'gradient norm',
  ], rows);
};

const runs = () => table(['run', 'stage', 'return', 'env steps', 'seconds', 'starts', 'command'], report.runs.map(r => {
  const row = [
    text(`${r.environment} ${runName(r)}`), text(r.reason ? `${r.stage}: ${r.reason}` : r.stage, `text ${r.stage}`),
    cell(r.return), cell(r.stepsDone, 0), cell(r.trainSeconds, 1), cell(r.starts, 0),
    element('td', 'text', '', element('code', '', r.command)),
  ];
  row[0].title = r.folder;
  return row;
}));

const facts = () => table(['fact', 'value', 'runs'], report.facts.map(f => {
  const names = f.runs?.map(i => `${report.runs[i].environment} ${runName(report.runs[i])}`);
  const which = !names ? 'all' : names.length > 3 ? `${names.length} runs, such as ${names[0]}` : names.join(', ');
  return [text(f.name), text(f.value), text(which)];
}));

const main = element('main');
main.append(
  element('h1', '', report.title),
  element('p', 'quiet', `${report.runs.length} runs, written ${report.written}`));
const links = [];
const add = (title, ...content) => {
  const id = `part-${links.length}`;
  const link = element('a', '', title);
  link.href = `#${id}`;
  links.push(link);
  return section(id, title, ...content);
};
const parts = [];
const over = overall();
if (over.length > 0) parts.push(add('Over environments', ...over, ...profile(every), ...improvement(every)));
for (const environment of report.environments) {
  parts.push(add(environment, results(environment), ...curves(environment), ...profile(environment),
    ...improvement(environment), ...replays(environment), ...training(environment), ...gradients(environment),
    ...settings(environment)));
}
parts.push(
  add('Runs and commands', runs()),
  add('Versions and machines', facts()),
  add('How to read this', element('p', '', 'Returns are those of the deterministic policy at the end of training. '
    + 'The IQM and its interval are given from three finished seeds on. Costs are medians over seeds; the budget is in '
    + 'environment steps, and seconds are seconds of training without evaluations. The same numbers, unrounded, are '
    + 'in summary.csv, statistics.csv and profiles.csv, and appear when the pointer rests on a number.')));
main.append(element('nav', '', '', ...links));
if (report.remarks.length + report.notes.length > 0) {
  main.append(element('div', 'remarks', '', element('strong', '', 'Please note'),
    element('ul', '', '', ...[...report.remarks, ...report.notes].map(r => element('li', '', r)))));
}
main.append(...parts);
document.body.append(main);
// the browser looked for it before it was there
document.getElementById(location.hash.slice(1))?.scrollIntoView();
await later(drawings.slice(0, 1));
performance.mark('open');
await later(drawings.slice(1));
document.body.dataset.drawn = 'true';
