import { dailyWindows, lengthOf, overlap, weeklyWindow } from '../../../constructs/aws/maintenance-windows';

test.each([
  ['sun:04:00-sun:05:00', 60],
  ['sun:23:30-mon:00:30', 60],
  ['fri:22:00-mon:06:00', 56 * 60],
  ['wed:10:00-wed:10:00', 0],
  ['wed:10:00-wed:09:00', 7 * 24 * 60 - 60],
])('%s is %i minutes long', (text, minutes) => {
  expect(lengthOf(weeklyWindow(text))).toBe(minutes);
});

test.each([
  ['02:00-03:00', 60],
  ['23:45-00:30', 45],
])('%s is %i minutes long on each day', (text, minutes) => {
  expect(dailyWindows(text).map(lengthOf)).toEqual(Array(7).fill(minutes));
});

test.each([
  ['mon:01:00-mon:02:00', 'mon:02:00-mon:03:00', false],
  ['mon:01:00-mon:02:01', 'mon:02:00-mon:03:00', true],
  ['mon:01:00-mon:05:00', 'mon:02:00-mon:03:00', true],
  ['sun:23:00-mon:01:00', 'mon:00:30-mon:02:00', true],
  ['mon:00:30-mon:02:00', 'sun:23:00-mon:01:00', true],
  ['sun:23:00-mon:00:30', 'mon:00:30-mon:02:00', false],
  ['tue:01:00-tue:02:00', 'wed:01:00-wed:02:00', false],
])('%s and %s overlap: %s', (a, b, expected) => {
  expect(overlap(weeklyWindow(a), weeklyWindow(b))).toBe(expected);
});

test.each(['mon:24:00-mon:25:00', 'xyz:01:00-xyz:02:00', '01:00-02:00', ''])('%j is no week day and time', (text) => {
  expect(() => weeklyWindow(text)).toThrow(/is no window of the form/);
});
