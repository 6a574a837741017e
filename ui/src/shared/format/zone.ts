import { parseDateTime, toZoned } from '@internationalized/date';

/** Every IANA zone this laptop knows, `UTC` first. */
export function zones(): string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];
}

/** The instant of a wall time such as `2026-11-24T18:00` in a zone, RFC 3339 UTC; null while it is no time or no zone. */
export function instantOf(wall: string, zone: string): string | null {
  try {
    return toZoned(parseDateTime(wall), zone).toAbsoluteString();
  } catch {
    return null;
  }
}

/** An instant in words in a zone, such as `Tue 24 Nov 2026, 18:00 EET`. */
export function inZone(iso: string, zone: string): string {
  const options: Intl.DateTimeFormatOptions = {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
    timeZoneName: 'short',
  };
  const parts = new Intl.DateTimeFormat('en-GB', options).formatToParts(new Date(iso));
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('weekday')} ${of('day')} ${of('month')} ${of('year')}, ${of('hour')}:${of('minute')} ${of('timeZoneName')}`;
}

/** The same wall time the given number of days later, at the hour, as a proposal for a deployment. */
export function wallIn(days: number, hour: number, now: number): string {
  const at = new Date(now + days * 86_400_000);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(hour)}:00`;
}
