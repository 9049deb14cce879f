// Reads the frames of a replay: the opposite of ReplayEncoding.
import { bytes } from 'mbmix/page';

// series after series; each has its first value, then differences
const sums = (differences, series, frames, scale) => {
  const values = new Float64Array(series * frames);
  for (let s = 0; s < series; s++) {
    let sum = 0;
    for (let t = 0; t < frames; t++) {
      sum += differences[s * frames + t];
      values[s * frames + t] = sum / scale;
    }
  }
  return values;
};

/** A replay with its description and, by component and time, everything that changes. */
export const readReplay = async name => {
  const scene = JSON.parse(new TextDecoder().decode(await bytes(`${name}/scene`)));
  const buffer = await bytes(`${name}/frames`);
  const { frames, bodies, points, lines, actions, scale } = scene;
  const free = points.filter(p => p.body === undefined).length;
  let at = 0;
  const next = (type, count) => {
    const block = new type(buffer, at, count);
    at += count * type.BYTES_PER_ELEMENT;
    return block;
  };
  const positions = sums(next(Int32Array, 3 * bodies.length * frames), 3 * bodies.length, frames, scale.position);
  const places = sums(next(Int32Array, 3 * free * frames), 3 * free, frames, scale.position);
  const rewards = next(Float32Array, frames);
  const acts = next(Float32Array, actions.length * frames);
  const turns = sums(next(Int16Array, 4 * bodies.length * frames), 4 * bodies.length, frames, scale.quaternion);
  const touching = scene.touching ? next(Uint8Array, points.length * frames) : null;
  const activity = scene.activity ? next(Uint8Array, lines.length * frames) : null;
  return { ...scene, positions, turns, places, rewards, acts, touches: touching, activity };
};
