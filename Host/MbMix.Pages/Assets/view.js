// A page of its own for replays. It plays at once; an address that ends with #t=2.5 stands at 2.5 s instead.
import { show } from 'mbmix/player';

const root = document.querySelector('#player');
const player = await show(root, 'view');
const time = Number.parseFloat(new URLSearchParams(location.hash.slice(1)).get('t'));
if (Number.isFinite(time)) player.seek(time);
else player.act(' ');
root.focus();
