/** Weekly and daily windows of RDS and ElastiCache, in UTC. */

/** Part of a week, in minutes from Monday 00:00. The end may lie beyond the week's: it goes on at its start. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const minutesADay = 24 * 60;
const minutesAWeek = days.length * minutesADay;

const time = '([01]\\d|2[0-3]):([0-5]\\d)';
const weekDay = `(${days.join('|')})`;

/** `02:00-03:00`; it may go over midnight. */
export const dailyWindowPattern = new RegExp(`^${time}-${time}$`);

/** `sun:04:00-sun:05:00`. */
export const weeklyWindowPattern = new RegExp(`^${weekDay}:${time}-${weekDay}:${time}$`);

/** Seven windows, one a day. @throws Error if the text isn't of `dailyWindowPattern` */
export function dailyWindows(text: string): Window[] {
  const [fromHour, fromMinute, toHour, toMinute] = fields(dailyWindowPattern, text).map(Number);
  const from = minutes(fromHour, fromMinute);
  const to = minutes(toHour, toMinute);
  const length = (to - from + minutesADay) % minutesADay;
  return days.map((_, day) => ({ from: day * minutesADay + from, to: day * minutesADay + from + length }));
}

/** @throws Error if the text isn't of `weeklyWindowPattern` */
export function weeklyWindow(text: string): Window {
  const [fromDay = '', fromHour, fromMinute, toDay = '', toHour, toMinute] = fields(weeklyWindowPattern, text);
  const from = days.indexOf(fromDay) * minutesADay + minutes(Number(fromHour), Number(fromMinute));
  const to = days.indexOf(toDay) * minutesADay + minutes(Number(toHour), Number(toMinute));
  return { from, to: from + ((to - from + minutesAWeek) % minutesAWeek) };
}

/** Minutes that a window is long. */
export const lengthOf = ({ from, to }: Window) => to - from;

/** Whether two windows have a minute in common, over the end of the week too. */
export function overlap(a: Window, b: Window): boolean {
  return [-minutesAWeek, 0, minutesAWeek].some((shift) => a.from < b.to + shift && b.from + shift < a.to);
}

const minutes = (hour = 0, minute = 0) => hour * 60 + minute;

function fields(pattern: RegExp, text: string): string[] {
  const match = pattern.exec(text);
  if (match === null) throw new Error(`'${text}' is no window of the form ${pattern.source}`);
  return match.slice(1);
}
