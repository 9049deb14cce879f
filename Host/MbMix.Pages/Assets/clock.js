// One clock for all replays of a player: when it is, whether it runs, and how fast.

const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 4];

export class Clock {
  constructor(duration, step) {
    this.duration = duration;
    this.step = step;
    this.time = 0;
    this.playing = false;
    this.speed = 1;
    this.last = null;
  }

  static get speeds() {
    return SPEEDS;
  }

  seek(time) {
    this.time = Math.min(Math.max(time, 0), this.duration);
  }

  toggle() {
    // at its end, it begins again
    if (!this.playing && this.time >= this.duration) this.time = 0;
    this.playing = !this.playing;
    this.last = null;
  }

  faster(by) {
    const at = SPEEDS.indexOf(this.speed) + by;
    this.speed = SPEEDS[Math.min(Math.max(at, 0), SPEEDS.length - 1)];
  }

  /** Lets time pass up to a moment of the browser's clock, in milliseconds. */
  advance(moment) {
    if (this.playing && this.last !== null) {
      this.seek(this.time + this.speed * (moment - this.last) / 1000);
      if (this.time >= this.duration) this.playing = false;
    }
    this.last = moment;
  }
}
