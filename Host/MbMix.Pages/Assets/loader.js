// Unpacks the modules of this page, gives them names, and runs the first one.
(async () => {
  const self = document.currentScript;
  const { nonce } = self;
  try {
    const imports = {};
    await Promise.all([...document.querySelectorAll('script[type="application/x-module"]')].map(async element => {
      const packed = Uint8Array.from(atob(element.textContent), c => c.charCodeAt(0));
      const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
      const script = new Blob([await new Response(plain).arrayBuffer()], { type: 'text/javascript' });
      imports[element.dataset.id] = URL.createObjectURL(script);
      element.remove();
    }));
    const map = document.createElement('script');
    map.type = 'importmap';
    map.nonce = nonce;
    map.textContent = JSON.stringify({ imports });
    document.head.append(map);
    await import(self.dataset.start);
  } catch (error) {
    const line = document.createElement('p');
    line.className = 'trouble';
    line.setAttribute('role', 'alert');
    line.textContent = `This page cannot be shown: ${error.message}`;
    document.body.prepend(line);
    throw error;
  }
})();
