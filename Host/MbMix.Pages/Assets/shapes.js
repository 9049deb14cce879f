// Geometry of the shapes of a scene, with z as the axis of a shape and up in the world.
import * as THREE from 'three';

const upright = geometry => geometry.rotateX(Math.PI / 2);

const geometries = {
  sphere: ([r]) => new THREE.SphereGeometry(r, 28, 18),
  capsule: ([r, half]) => upright(new THREE.CapsuleGeometry(r, 2 * half, 10, 24)),
  cylinder: ([r, half]) => upright(new THREE.CylinderGeometry(r, r, 2 * half, 28)),
  box: ([x, y, z]) => new THREE.BoxGeometry(2 * x, 2 * y, 2 * z),
  ellipsoid: ([x, y, z]) => new THREE.SphereGeometry(1, 28, 18).scale(x, y, z),
};

const mesh = shape => {
  const geometry = new THREE.BufferGeometry();
  geometry.setAttribute('position', new THREE.Float32BufferAttribute(shape.vertices, 3));
  geometry.setIndex(shape.triangles);
  // a vertex that faces share would make edges look round
  const flat = geometry.toNonIndexed();
  flat.computeVertexNormals();
  return flat;
};

// light and dark squares of a meter, as one small picture that repeats
const squares = () => {
  const [light, dark] = [[226, 230, 235, 255], [212, 217, 224, 255]];
  const texture = new THREE.DataTexture(new Uint8Array([...light, ...dark, ...dark, ...light]), 2, 2);
  texture.colorSpace = THREE.SRGBColorSpace;
  texture.wrapS = texture.wrapT = THREE.RepeatWrapping;
  texture.magFilter = THREE.NearestFilter;
  texture.minFilter = THREE.LinearMipmapLinearFilter;
  texture.generateMipmaps = true;
  texture.needsUpdate = true;
  return texture;
};

const ENDLESS = 120;

/** The ground: a checkered plane. One that is endless moves along in steps of its pattern. */
export const ground = ([x, y]) => {
  const [width, depth] = [x ? 2 * x : ENDLESS, y ? 2 * y : ENDLESS];
  const map = squares();
  map.repeat.set(width / 2, depth / 2);
  const plane = new THREE.Mesh(new THREE.PlaneGeometry(width, depth), new THREE.MeshLambertMaterial({ map }));
  plane.receiveShadow = true;
  plane.userData.endless = !x && !y;
  return plane;
};

const materialOf = (color, fallback) => {
  const material = new THREE.MeshStandardMaterial({ roughness: 0.55, metalness: 0.05 });
  if (!color) return material.color.set(fallback), material;
  material.color.setRGB(color[0], color[1], color[2], THREE.SRGBColorSpace);
  if (color[3] < 1) Object.assign(material, { transparent: true, opacity: color[3] });
  return material;
};

/** The object of a shape, placed in the frame of its body. */
export const shapeOf = (shape, fallback) => {
  const object = shape.kind === 'plane'
    ? ground(shape.size)
    : new THREE.Mesh(
      shape.kind === 'mesh' ? mesh(shape) : geometries[shape.kind](shape.size), materialOf(shape.color, fallback));
  object.position.fromArray(shape.position);
  object.quaternion.fromArray(shape.rotation);
  if (shape.kind !== 'plane') object.castShadow = object.receiveShadow = true;
  return object;
};

/** The material of a surface. */
export const surfaceMaterial = (color, fallback) => {
  const material = materialOf(color, fallback);
  material.side = THREE.DoubleSide;
  return material;
};
