import { MISSING } from './numbers';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** `10:38:52` (UTC) of microseconds. */
export function clock(micros: number): string {
  const moment = new Date(micros / 1000);
  return [moment.getUTCHours(), moment.getUTCMinutes(), moment.getUTCSeconds()].map(two).join(':');
}

/** `7 Jun` (UTC) of microseconds. */
export function day(micros: number): string {
  const moment = new Date(micros / 1000);
  return `${moment.getUTCDate()} ${MONTHS[moment.getUTCMonth()]}`;
}

/** `7 Jun 10:38` (UTC) of microseconds. */
export function stamp(micros: number): string {
  return micros > 0 ? `${day(micros)} ${clock(micros).slice(0, 5)}` : MISSING;
}

/** `2024-06-07 10:38:52 UTC` and the local time, for tooltips. */
export function fullMoment(micros: number): string {
  const moment = new Date(micros / 1000);
  const utc = moment.toISOString().slice(0, 19).replace('T', ' ');
  return `${utc} UTC, ${moment.toLocaleString()} here`;
}

/** `14 d 1 h`, `8 h 5 min`, `42 s`: the two largest units. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const days = Math.floor(whole / 86_400);
  const hours = Math.floor((whole % 86_400) / 3_600);
  const minutes = Math.floor((whole % 3_600) / 60);
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  return minutes > 0 ? `${minutes} min` : `${whole} s`;
}

/** `1 h` of a bar's length in microseconds. */
export function interval(micros: number): string {
  return duration(micros / 1e6);
}
