// Shows replays side by side with one clock: scenes, controls, keyboard and traces.
import * as THREE from 'three';
import { OrbitControls } from 'three/orbit';
import { data, element } from 'mbmix/page';
import { readReplay } from 'mbmix/frames';
import { Stage } from 'mbmix/stage';
import { Clock } from 'mbmix/clock';
import { rewardTrace, actionTrace } from 'mbmix/traces';

const COLORS = ['#d9803f', '#4d86c6', '#58a55c', '#a268b8'];
// what a frame may take [ms] before shadows, and then sharpness, are given up
const SLOW = 80, PATIENCE = 12;
const KEYS = [
  ['Space', 'play or pause'], ['← →', 'one step back or forward; with Shift, a second'],
  ['Home End', 'to the start or the end'], ['+ −', 'faster or slower'], ['F', 'follow the robot or stay'],
  ['R', 'put the cameras back'], ['?', 'show or hide this list'],
  ['Mouse', 'drag to orbit, right button to move, wheel to zoom'],
];

const button = (label, title, press) => {
  const made = element('button', '', label);
  made.type = 'button';
  made.title = title;
  made.setAttribute('aria-label', title);
  made.addEventListener('click', press);
  return made;
};

// one scene of the player: its world, its camera and its place on the page
class View {
  constructor(replay, color) {
    this.replay = replay;
    this.stage = new Stage(replay, color);
    this.cell = element('div', 'cell');
    const caption = this.caption = element('div', 'caption');
    const swatch = element('span', 'swatch');
    swatch.style.background = color;
    caption.append(swatch, element('strong', '', replay.label));
    if (replay.environment !== replay.label) caption.append(element('span', '', replay.environment));
    caption.append(element('span', '', replay.actor));
    this.score = element('span', 'score');
    caption.append(this.score);
    this.cell.append(caption);
    this.camera = new THREE.PerspectiveCamera(38, 1, 0.02, 400);
    this.camera.up.set(0, 0, 1);
    this.controls = new OrbitControls(this.camera, this.cell);
    this.controls.maxPolarAngle = 0.56 * Math.PI;
    this.sums = replay.rewards.reduce((all, r) => (all.push((all.at(-1) ?? 0) + r), all), []);
    this.reset();
  }

  reset() {
    const { start, reach } = this.stage, far = 2.9 * Math.max(reach, 0.3);
    this.controls.target.copy(start);
    this.camera.position.set(start.x + 0.45 * far, start.y - far, start.z + 0.4 * far);
    this.followed = this.stage.center.clone();
    this.controls.update();
  }

  show(time, follow) {
    const frame = time / this.replay.period, at = Math.min(Math.floor(frame + 1e-6), this.replay.frames - 1);
    this.stage.show(frame);
    const ended = at === this.replay.frames - 1;
    const step = this.replay.firstStep + Math.floor(at / this.replay.framesPerStep);
    this.score.textContent = `step ${step}, return ${this.sums[at].toFixed(1)}${ended ? `; ${this.replay.end}` : ''}`;
    if (follow) this.follow();
  }

  // where the robot goes, target and camera go too; its bouncing is left out
  follow() {
    const { center } = this.stage, moved = new THREE.Vector3().subVectors(center, this.followed);
    moved.z *= 0.15;
    this.controls.target.add(moved);
    this.camera.position.add(moved);
    this.followed.copy(center);
  }

  draw(renderer, page) {
    const box = this.cell.getBoundingClientRect();
    const [left, bottom] = [box.left - page.left, page.bottom - box.bottom];
    if (box.width < 1 || box.height < 1) return;
    // what the camera looks at is in the middle of what the caption leaves free
    const above = Math.min(this.caption.offsetTop + this.caption.offsetHeight, box.height / 2);
    this.camera.zoom = 1 - above / box.height;
    this.camera.setViewOffset(box.width, box.height, 0, -above / 2, box.width, box.height);
    renderer.setViewport(left, bottom, box.width, box.height);
    renderer.setScissor(left, bottom, box.width, box.height);
    renderer.render(this.stage.scene, this.camera);
  }
}

class Player {
  constructor(root, replays) {
    this.root = root;
    this.views = replays.map((replay, i) => new View(replay, COLORS[i]));
    const duration = Math.max(...replays.map(r => (r.frames - 1) * r.period));
    this.clock = new Clock(duration, Math.min(...replays.map(r => r.period)));
    this.following = true;
    this.stale = true;
    this.build(replays);
    this.listen();
    const draw = moment => {
      requestAnimationFrame(draw);
      this.tick(moment);
    };
    requestAnimationFrame(draw);
  }

  build(replays) {
    this.root.classList.add('player');
    this.root.tabIndex = 0;
    this.scenes = element('div', `scenes of${replays.length}`);
    this.canvas = element('canvas');
    this.scenes.append(this.canvas, ...this.views.map(v => v.cell));
    this.renderer = new THREE.WebGLRenderer({ canvas: this.canvas, antialias: true });
    this.renderer.setPixelRatio(Math.min(window.devicePixelRatio, 2));
    this.renderer.shadowMap.enabled = true;
    this.renderer.setScissorTest(true);
    const seek = time => this.seek(time);
    const colors = replays.map((_, i) => COLORS[i]);
    this.traces = [rewardTrace(replays, colors, this.clock.duration, seek)];
    replays.forEach(replay => {
      const title = replays.length > 1 ? `Actions: ${replay.label}` : 'Actions';
      const trace = actionTrace(replay, title, this.clock.duration, seek);
      if (trace) this.traces.push(trace);
    });
    const traces = element('div', 'traces');
    traces.append(...this.traces.map(t => t.root));
    this.root.append(this.scenes, this.bar(), traces, this.list());
  }

  bar() {
    this.play = button('▶', 'Play or pause (space)', () => this.act(' '));
    this.slider = element('input');
    Object.assign(this.slider, { type: 'range', min: 0, max: this.clock.duration, step: 'any', value: 0 });
    this.slider.setAttribute('aria-label', 'Time');
    this.slider.addEventListener('input', () => this.seek(Number(this.slider.value)));
    this.time = element('output', 'time');
    this.speed = element('select');
    this.speed.title = 'Speed (+ and -)';
    this.speed.setAttribute('aria-label', 'Speed');
    for (const speed of Clock.speeds) this.speed.append(new Option(`${speed}×`, speed));
    this.speed.addEventListener('change', () => {
      this.clock.speed = Number(this.speed.value);
      this.stale = true;
    });
    this.camera = button('Follow', 'Follow the robot (F)', () => this.act('f'));
    const bar = element('div', 'bar');
    bar.append(
      this.play, this.slider, this.time, this.speed, this.camera,
      button('Reset', 'Put the cameras back (R)', () => this.act('r')),
      button('?', 'Keys (?)', () => this.act('?')));
    return bar;
  }

  list() {
    this.help = element('dl', 'keys');
    this.help.hidden = true;
    for (const [key, meaning] of KEYS) this.help.append(element('dt', '', key), element('dd', '', meaning));
    return this.help;
  }

  listen() {
    document.addEventListener('keydown', event => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const typing = event.target instanceof HTMLElement && event.target.matches('select, textarea, input[type=text]');
      if (typing || !this.act(event.key, event.shiftKey)) return;
      event.preventDefault();
      // a button that has the focus must not be pressed as well
      if (event.target instanceof HTMLButtonElement) event.target.blur();
    });
    for (const view of this.views) view.controls.addEventListener('change', () => { this.stale = true; });
    new ResizeObserver(() => { this.stale = true; this.measure = true; }).observe(this.root);
    this.measure = true;
  }

  /** Does what a key stands for; false if it stands for nothing. */
  act(key, shift = false) {
    const { clock } = this, step = shift ? 1 : clock.step;
    const acts = {
      ' ': () => clock.toggle(),
      ArrowRight: () => this.pauseAt(clock.time + step),
      ArrowLeft: () => this.pauseAt(clock.time - step),
      Home: () => clock.seek(0),
      End: () => clock.seek(clock.duration),
      '+': () => clock.faster(1),
      '=': () => clock.faster(1),
      '-': () => clock.faster(-1),
      f: () => this.toggleFollow(),
      r: () => this.resetCameras(),
      '?': () => { this.help.hidden = !this.help.hidden; },
    };
    const found = acts[key.length === 1 ? key.toLowerCase() : key];
    if (!found) return false;
    found();
    this.stale = true;
    return true;
  }

  pauseAt(time) {
    this.clock.playing = false;
    // on a frame, not between two
    this.clock.seek(Math.round(time / this.clock.step) * this.clock.step);
  }

  toggleFollow() {
    this.following = !this.following;
    if (this.following) for (const view of this.views) view.followed.copy(view.stage.center);
  }

  // as at the start, but where the robot is now
  resetCameras() {
    for (const view of this.views) {
      view.stage.show(0);
      view.reset();
      view.stage.show(this.clock.time / view.replay.period);
      view.follow();
    }
  }

  seek(time) {
    this.clock.seek(time);
    this.stale = true;
  }

  tick(moment) {
    this.clock.advance(moment);
    if (!this.clock.playing && !this.stale) return;
    const playing = this.clock.playing;
    this.stale = false;
    this.report(playing);
    this.watchPace(moment, playing);
    if (this.measure) this.resize();
    for (const view of this.views) {
      view.show(this.clock.time, this.following);
      view.controls.update();
    }
    const page = this.canvas.getBoundingClientRect();
    for (const view of this.views) view.draw(this.renderer, page);
    for (const trace of this.traces) trace.show(this.clock.time);
  }

  // a machine without a graphics card draws less, so that what moves can be seen to move
  watchPace(moment, playing) {
    this.slow = playing && this.before && moment - this.before > SLOW ? (this.slow ?? 0) + 1 : 0;
    this.before = playing ? moment : null;
    if (this.slow === PATIENCE) for (const view of this.views) view.stage.sun.castShadow = false;
    if (this.slow === 2 * PATIENCE) {
      this.renderer.setPixelRatio(0.6);
      this.measure = true;
    }
  }

  resize() {
    this.measure = false;
    this.renderer.setSize(this.scenes.clientWidth, this.scenes.clientHeight, false);
    for (const trace of this.traces) trace.resize();
  }

  // what the page shows and what tests read: the state of the player as attributes
  report(playing) {
    const { clock } = this;
    this.play.textContent = playing ? '❚❚' : '▶';
    this.slider.value = clock.time;
    this.time.textContent = `${clock.time.toFixed(2)} / ${clock.duration.toFixed(2)} s`;
    this.speed.value = clock.speed;
    this.camera.setAttribute('aria-pressed', this.following);
    this.drawn = (this.drawn ?? 0) + 1;
    const { camera, controls } = this.views[0];
    Object.assign(this.root.dataset, {
      time: clock.time.toFixed(4), playing, speed: clock.speed, follow: this.following, drawn: this.drawn,
      camera: camera.position.toArray().map(x => x.toFixed(3)).join(' '),
      target: controls.target.toArray().map(x => x.toFixed(3)).join(' '),
    });
  }
}

/** Shows the replays that were added to the page under a name, in an element. */
export const show = async (root, id) => {
  const names = Array.from({ length: data(`replay/${id}`) }, (_, i) => `replay/${id}/${i}`);
  return new Player(root, await Promise.all(names.map(readReplay)));
};
