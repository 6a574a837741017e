import { parseDateTime, toZoned } from '@internationalized/date';

/** What browsers still list by the names of the 1990s, and what the IANA database calls it today. */
const RENAMED: Record<string, string> = {
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Godthab': 'America/Nuuk',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Enderbury': 'Pacific/Kanton',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
};

function known(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== '';
  } catch {
    return false;
  }
}

/** Every IANA zone this laptop knows, by today's names, `UTC` first. */
export function zones(): string[] {
  const named = Intl.supportedValuesOf('timeZone').map((zone) => {
    const today = RENAMED[zone];
    return today && known(today) ? today : zone;
  });
  return ['UTC', ...[...new Set(named)].filter((zone) => zone !== 'UTC').sort()];
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
