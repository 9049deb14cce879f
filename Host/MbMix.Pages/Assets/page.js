// What a page gives its scripts: values and bytes by name, and elements whose text is always plain text.

const find = (type, id) => document.querySelector(`script[type="${type}"][data-id="${CSS.escape(id)}"]`);

/** A value that was put into the page; undefined if there is none of this name. */
export const data = id => {
  const element = find('application/json', id);
  return element ? JSON.parse(element.textContent) : undefined;
};

/** Bytes that were put into the page, as an ArrayBuffer. */
export const bytes = async id => {
  const packed = Uint8Array.from(atob(find('application/octet-stream', id).textContent), c => c.charCodeAt(0));
  const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(plain).arrayBuffer();
};

/** A new element with a class, plain text and children. */
export const element = (tag, className = '', text = '', ...children) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  made.append(...children);
  return made;
};
