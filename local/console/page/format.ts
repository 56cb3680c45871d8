const numbers = new Intl.NumberFormat('en-US');

export const count = (value: number): string => numbers.format(value);

/** `4.2 s`, `3 min 05 s`, `2 h 14 min` */
export function duration(seconds: number): string {
  if (seconds < 10) return `${Math.max(0, seconds).toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const padded = (value: number) => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${padded(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${padded(Math.floor((whole % 3600) / 60))} min`;
}

/** Of Unix seconds: the time, with the day where it is another. */
export function moment(seconds: number): string {
  const date = new Date(seconds * 1000);
  const time = date.toLocaleTimeString('en-GB');
  return date.toDateString() === new Date().toDateString() ? time : `${date.toLocaleDateString('en-CA')} ${time}`;
}

/** `COMPLETED_WITH_PROBLEMS` → `completed with problems` */
export const words = (code: string): string => code.toLowerCase().replaceAll('_', ' ');

/** A first line for a table: a stack trace or JSON has its place in the details. */
export function oneLine(text: string, most = 160): string {
  const line = text.split('\n')[0] ?? '';
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

/** JSON with indents; what is none stays as it is. */
export function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
