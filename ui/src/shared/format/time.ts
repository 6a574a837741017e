const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const two = (value: number) => String(value).padStart(2, '0');

/** The countdown to a deployment, such as `T−2d 06:12`, or `T+00:41` once it has passed. */
export function countdown(at: number, now: number): string {
  const distance = Math.abs(at - now);
  const days = Math.floor(distance / DAY);
  const hours = Math.floor((distance % DAY) / HOUR);
  const minutes = Math.floor((distance % HOUR) / MINUTE);
  return `T${at >= now ? '−' : '+'}${days > 0 ? `${days}d ` : ''}${two(hours)}:${two(minutes)}`;
}

/** How long ago something was: `just now`, `12 min ago`, `3 h ago`, then the day. */
export function ago(iso: string, now: number): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return '';
  const distance = now - at;
  if (distance < MINUTE) return 'just now';
  if (distance < HOUR) return `${Math.floor(distance / MINUTE)} min ago`;
  if (distance < DAY) return `${Math.floor(distance / HOUR)} h ago`;
  return moment(iso, now);
}

const clockTime = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short' });
const dayOfYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const dayOfAnyYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });

/** A moment in the laptop's zone: `11:44` today, `3 Nov, 11:44` otherwise. */
export function moment(iso: string, now: number): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '';
  const today = new Date(now);
  if (at.toDateString() === today.toDateString()) return clockTime.format(at);
  const day = at.getFullYear() === today.getFullYear() ? dayOfYear.format(at) : dayOfAnyYear.format(at);
  return `${day}, ${clockTime.format(at)}`;
}

/** A day in the laptop's zone: `today`, a weekday within the next six days, a date otherwise. */
export function day(iso: string, now: number): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '';
  const today = new Date(now);
  if (at.toDateString() === today.toDateString()) return 'today';
  const ahead = at.getTime() - now;
  if (ahead > 0 && ahead < 6 * DAY) return weekday.format(at);
  return at.getFullYear() === today.getFullYear() ? dayOfYear.format(at) : dayOfAnyYear.format(at);
}

/** Date, time and zone in full, for a tooltip. */
export function inFull(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : exact.format(at);
}

/** A length of time in its two largest units, such as `4 min 10 s`. */
export function lasting(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
