// Shows a cluster: its runners, its sweeps and the runs at work. Whatever it names is text, never markup.
import { element } from 'mbmix/page';
import { short } from 'mbmix/charts';
import { brief, clock, count } from 'mbmix/live-text';

// after as many seconds without an answer, the page says so
const patience = 5;
const phases = [['finished', 'finished'], ['atWork', 'at work'], ['waiting', 'waiting'], ['failed', 'failed'],
  ['cancelled', 'cancelled']];

const percent = share => (Number.isFinite(share) ? `${Math.floor(100 * share)} %` : '–');
const amount = value => value.toLocaleString('en-US', { maximumFractionDigits: 1 });

const bar = share => {
  const fill = element('span');
  fill.style.width = `${100 * Math.min(1, Math.max(0, share || 0))}%`;
  return element('div', 'bar', '', fill);
};
const phaseBar = sweep => {
  const made = element('div', 'phases');
  const total = phases.reduce((sum, [key]) => sum + sweep[key], 0);
  for (const [key, name] of phases) {
    if (!(sweep[key] > 0)) continue;
    const part = element('span', `phase-${key}`);
    part.style.width = `${100 * sweep[key] / total}%`;
    part.title = `${sweep[key]} ${name}`;
    made.append(part);
  }
  return made;
};
const table = (kind, head, rows) => element('div', 'scroll', '', element('table', kind, '',
  element('thead', '', '', element('tr', '', '', ...head.map(h => element('th', '', h)))),
  element('tbody', '', '', ...rows)));
const cells = (...contents) => element('tr', '', '', ...contents.map(content =>
  (content instanceof Node ? element('td', '', '', content) : element('td', '', content))));

const runnerRow = age => runner => cells(
  brief(runner.name), `${count(runner.busyCores)} of ${count(runner.cores)}`,
  `${amount(runner.busyMemory)} of ${amount(runner.memory)}`, brief(runner.labels.join(', ')),
  `${count(runner.silentSeconds + age)} s ago${runner.ending ? ', ending' : ''}`);
const sweepRow = sweep => cells(
  brief(sweep.name), phaseBar(sweep),
  brief(phases.filter(([key]) => sweep[key] > 0).map(([key, name]) => `${sweep[key]} ${name}`).join(', ')),
  percent(sweep.share), clock(sweep.secondsToGo ?? NaN));
const workRow = run => {
  const share = run.budget > 0 && Number.isFinite(run.steps) ? run.steps / run.budget : undefined;
  const row = cells(
    brief(run.name), brief(run.runner), `${count(run.steps)}${run.budget > 0 ? ` of ${count(run.budget)}` : ''}`,
    bar(share), percent(share), short(run.return));
  row.cells[2].className = 'steps';
  row.cells[2].title = String(run.steps ?? '');
  return row;
};

export class Cluster {
  constructor() {
    this.box = element('section');
    this.box.id = 'cluster';
    this.box.hidden = true;
    this.known = false;
    this.news = {};
  }

  take(news) {
    this.known = true;
    // what was seen last stays while the coordinator is away
    this.news = news.state ? news : { ...this.news, trouble: news.trouble };
  }

  get title() {
    return this.news.state ? `Cluster ${this.news.state.coordinator}` : 'Cluster';
  }

  // `now` is the time of the server's clock; if there is nothing else on the page, its heading is the cluster's
  draw(now, alone) {
    if (!this.known) return;
    this.box.hidden = false;
    const { state, seen, trouble } = this.news;
    const parts = alone ? [] : [element('h2', '', this.title)];
    if (!state) {
      this.box.replaceChildren(...parts, element('p', 'quiet', trouble ?? 'waiting for news'));
      return;
    }
    const age = Math.max(0, (now - seen) / 1000);
    if (age > patience) {
      const reason = trouble ? `: ${trouble}` : '';
      const silence = element('p', 'trouble', `no news for ${count(Math.floor(age))} s${reason}`);
      silence.id = 'silence';
      parts.push(silence);
    }
    parts.push(state.runners.length === 0
      ? element('p', 'trouble', 'no runners: start some with `mbmix cluster join`')
      : table('runners', ['runner', 'cores in use', 'GiB in use', 'labels', 'last heard'],
        state.runners.map(runnerRow(age))));
    if (state.sweeps.length > 0) {
      parts.push(table('sweeps', ['sweep', 'runs', '', 'of the steps', 'to go'], state.sweeps.map(sweepRow)));
      for (const sweep of state.sweeps.filter(s => s.trouble))
        parts.push(element('p', 'trouble', `${sweep.name}: ${sweep.trouble}`));
    }
    if (state.work.length > 0) {
      parts.push(table('work', ['run at work', 'runner', 'env steps', 'progress', 'of the steps', 'return'],
        state.work.map(workRow)));
    }
    if (state.more) parts.push(element('p', 'quiet', state.more));
    this.box.replaceChildren(...parts);
  }
}
