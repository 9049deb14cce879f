// How times, numbers and long texts are written on the page.
import { element } from 'mbmix/page';

export const clock = seconds => {
  if (!Number.isFinite(seconds) || seconds > 1e8) return '–';
  const pad = value => String(Math.floor(value)).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${pad((seconds / 60) % 60)}:${pad(seconds % 60)}`;
};

// a number of things, of which people want to read every digit
export const count = value =>
  (Number.isFinite(value) ? value.toLocaleString('en-US', { maximumFractionDigits: 0 }) : '–');
// text of any length in a cell; all of it can be read as the title
export const brief = (text, title = text) => {
  const made = element('div', 'brief', text);
  made.title = title;
  return made;
};
