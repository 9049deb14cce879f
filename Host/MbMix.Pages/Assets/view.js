// A page of its own for replays.
import { show } from 'mbmix/player';

const root = document.querySelector('#player');
const player = await show(root, 'view');
root.focus();
player.act(' ');
