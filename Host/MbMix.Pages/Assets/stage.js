// The world of one replay: everything that is drawn, and where it is at a time.
import * as THREE from 'three';
import { shapeOf, surfaceMaterial, ground } from 'mbmix/shapes';

const CALM = new THREE.Color('#3f7fd0'), ACTIVE = new THREE.Color('#d8342b'), TOUCH = '#e0402f', MOMENTS = 8;

const instances = (geometry, count, material) => {
  const mesh = new THREE.InstancedMesh(geometry, material, count);
  mesh.instanceMatrix.setUsage(THREE.DynamicDrawUsage);
  mesh.frustumCulled = false;
  return mesh;
};

const turn = new THREE.Quaternion(), other = new THREE.Quaternion(), matrix = new THREE.Matrix4();
const size = new THREE.Vector3(), middle = new THREE.Vector3(), along = new THREE.Vector3();
const Z = new THREE.Vector3(0, 0, 1), NONE = new THREE.Matrix4().makeScale(0, 0, 0);

export class Stage {
  constructor(replay, color) {
    this.replay = replay;
    this.scene = new THREE.Scene();
    this.scene.background = new THREE.Color('#eef1f5');
    this.scene.fog = new THREE.Fog('#eef1f5', 20, 55);
    this.bodies = replay.bodies.map(() => this.add(new THREE.Group()));
    this.grounds = [];
    for (const shape of replay.shapes) this.addShape(shape, color);
    this.floor = replay.shapes.some(s => s.kind === 'plane') ? null : this.addGround();
    this.points = replay.points.map(p => new THREE.Vector3().fromArray(p.position));
    this.addMarks();
    this.addLines();
    this.surfaces = replay.surfaces.map(s => this.addSurface(s, color));
    this.addLights();
    this.measure();
    this.show(0);
  }

  // how large the world is around what the camera follows, over some moments of the replay
  measure() {
    const around = new THREE.Box3(), box = new THREE.Box3(), moving = this.bodies.filter((_, b) => this.moves(b));
    let lowest = 0;
    for (let i = MOMENTS; i >= 0; i--) {
      this.show(i / MOMENTS * (this.replay.frames - 1));
      box.makeEmpty();
      if (this.surfaces.length) box.setFromPoints(this.surfaces.flatMap(s => s.used).map(p => this.points[p]));
      else for (const body of moving.length ? moving : this.bodies) box.expandByObject(body);
      if (box.isEmpty()) box.setFromPoints(this.points.length ? this.points : [new THREE.Vector3()]);
      lowest = Math.min(lowest, box.min.z);
      around.union(box.translate(along.copy(this.center).negate()));
    }
    // a world without a ground has it where it is in nobody's way
    this.floor?.position.setZ(lowest - 0.002);
    this.reach = Math.min(Math.max(around.getSize(size).length() / 2, 0.3), 12);
    this.start = around.getCenter(new THREE.Vector3()).add(this.center);
  }

  add(object) {
    this.scene.add(object);
    return object;
  }

  addShape(shape, color) {
    const object = shapeOf(shape, color);
    (shape.body < 0 ? this.scene : this.bodies[shape.body]).add(object);
    if (object.userData.endless) this.grounds.push(object);
  }

  addGround() {
    const plane = this.add(ground([0, 0]));
    this.grounds.push(plane);
    return plane;
  }

  // what touches something is marked by a ball, a little larger than itself
  addMarks() {
    const marked = this.replay.touches ? this.replay.points.map((p, i) => [p.radius, i]).filter(([r]) => r > 0) : [];
    this.marked = marked.map(([, i]) => i);
    if (!marked.length) return;
    const material = new THREE.MeshStandardMaterial({
      color: TOUCH, emissive: TOUCH, emissiveIntensity: 0.35, transparent: true, opacity: 0.6,
    });
    this.marks = this.add(instances(new THREE.SphereGeometry(1, 16, 10), marked.length, material));
  }

  addLines() {
    this.segments = this.replay.lines.flatMap((line, l) =>
      line.points.slice(1).map((to, i) => ({ line: l, from: line.points[i], to, radius: line.width / 2 })));
    if (!this.segments.length) return;
    const tube = new THREE.CylinderGeometry(1, 1, 1, 6).rotateX(Math.PI / 2);
    const material = new THREE.MeshStandardMaterial({ roughness: 0.6 });
    this.tubes = this.add(instances(tube, this.segments.length, material));
    const fixed = new THREE.Color();
    this.segments.forEach(({ line }, i) => {
      const { color } = this.replay.lines[line];
      this.tubes.setColorAt(i, color ? fixed.setRGB(...color.slice(0, 3), THREE.SRGBColorSpace) : CALM);
    });
  }

  addSurface({ triangles, color }, fallback) {
    const used = [...new Set(triangles)], place = new Map(used.map((p, i) => [p, i]));
    const geometry = new THREE.BufferGeometry();
    geometry.setAttribute('position', new THREE.Float32BufferAttribute(new Float32Array(3 * used.length), 3));
    geometry.setIndex(triangles.map(p => place.get(p)));
    const mesh = this.add(new THREE.Mesh(geometry, surfaceMaterial(color, fallback)));
    mesh.castShadow = mesh.receiveShadow = true;
    mesh.frustumCulled = false;
    return { used, geometry };
  }

  addLights() {
    this.add(new THREE.HemisphereLight('#ffffff', '#b9c0ca', 1.7));
    this.sun = this.add(new THREE.DirectionalLight('#ffffff', 2.2));
    this.sun.castShadow = true;
    this.sun.shadow.mapSize.set(1024, 1024);
    this.sun.shadow.bias = -0.0008;
    this.add(this.sun.target);
  }

  // whether a body ever moves; what does not, such as a rail, is no measure of how near a camera should be
  moves(body) {
    const { positions, turns, frames } = this.replay;
    const changes = (values, series) => {
      const first = series * frames;
      return values.subarray(first, first + frames).some(x => x !== values[first]);
    };
    return [0, 1, 2].some(c => changes(positions, 3 * body + c))
      || [0, 1, 2, 3].some(c => changes(turns, 4 * body + c));
  }

  /** The point that a camera follows. */
  get center() {
    const { follow } = this.replay;
    return follow < 0 ? this.start ?? new THREE.Vector3() : this.bodies[follow].position;
  }

  /** Shows the world at a time in frames; between two frames everything moves evenly. */
  show(frame) {
    const { frames } = this.replay;
    const t = Math.min(Math.max(frame, 0), frames - 1), now = Math.floor(t), next = Math.min(now + 1, frames - 1);
    this.moveBodies(now, next, t - now);
    this.movePoints(now, next, t - now);
    this.markTouching(now);
    this.drawLines(now);
    for (const { used, geometry } of this.surfaces ?? []) {
      const at = geometry.attributes.position;
      used.forEach((p, i) => at.setXYZ(i, this.points[p].x, this.points[p].y, this.points[p].z));
      at.needsUpdate = true;
      geometry.computeVertexNormals();
    }
    this.moveLights();
  }

  moveBodies(now, next, part) {
    const { positions: p, turns: q, frames } = this.replay;
    this.bodies.forEach((body, b) => {
      const at = c => p[(3 * b + c) * frames + now] * (1 - part) + p[(3 * b + c) * frames + next] * part;
      body.position.set(at(0), at(1), at(2));
      const read = (to, time) => to.set(
        q[4 * b * frames + time], q[(4 * b + 1) * frames + time], q[(4 * b + 2) * frames + time],
        q[(4 * b + 3) * frames + time]).normalize();
      body.quaternion.copy(read(turn, now));
      if (part > 0) body.quaternion.slerp(read(other, next), part);
      body.updateMatrixWorld(true);
    });
  }

  movePoints(now, next, part) {
    const { places: p, frames } = this.replay;
    let free = 0;
    this.replay.points.forEach((point, i) => {
      const place = this.points[i];
      if (point.body === undefined) {
        const at = c => p[(3 * free + c) * frames + now] * (1 - part) + p[(3 * free + c) * frames + next] * part;
        place.set(at(0), at(1), at(2));
        free++;
      } else {
        place.fromArray(point.position);
        if (point.body >= 0) place.applyMatrix4(this.bodies[point.body].matrixWorld);
      }
    });
  }

  markTouching(now) {
    if (!this.marks) return;
    const { touches, frames, points } = this.replay;
    this.marked.forEach((p, i) => {
      const touching = touches[p * frames + now] !== 0, r = 1.06 * points[p].radius;
      const place = this.points[p];
      this.marks.setMatrixAt(i, touching ? matrix.makeScale(r, r, r).setPosition(place.x, place.y, place.z) : NONE);
    });
    this.marks.instanceMatrix.needsUpdate = true;
  }

  drawLines(now) {
    if (!this.tubes) return;
    const { activity, frames, lines } = this.replay, color = new THREE.Color();
    this.segments.forEach(({ line, from, to, radius }, i) => {
      const [a, b] = [this.points[from], this.points[to]];
      const length = along.subVectors(b, a).length();
      if (length < 1e-6) {
        this.tubes.setMatrixAt(i, NONE);
        return;
      }
      turn.setFromUnitVectors(Z, along.divideScalar(length));
      const active = activity ? activity[line * frames + now] / 255 : 0, r = radius * (0.6 + 0.8 * active);
      matrix.compose(middle.addVectors(a, b).multiplyScalar(0.5), turn, size.set(r, r, length));
      this.tubes.setMatrixAt(i, matrix);
      if (activity && !lines[line].color) this.tubes.setColorAt(i, color.lerpColors(CALM, ACTIVE, active));
    });
    this.tubes.instanceMatrix.needsUpdate = true;
    if (this.tubes.instanceColor) this.tubes.instanceColor.needsUpdate = true;
  }

  // the sun and the ground come along, so that a robot never leaves them
  moveLights() {
    const { center } = this, reach = 2.2 * (this.reach ?? 2);
    this.sun.target.position.copy(center);
    this.sun.position.set(center.x - 1.2 * reach, center.y - 1.6 * reach, center.z + 3 * reach);
    const { camera } = this.sun.shadow;
    if (camera.right !== reach) {
      Object.assign(camera, { left: -reach, right: reach, top: reach, bottom: -reach, near: 0.1, far: 8 * reach });
      camera.updateProjectionMatrix();
    }
    for (const plane of this.grounds) {
      plane.position.x = 2 * Math.round(center.x / 2);
      plane.position.y = 2 * Math.round(center.y / 2);
    }
  }
}
