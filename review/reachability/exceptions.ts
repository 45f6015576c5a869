/** Connections that no flow needs and that stay open: each with its reason and the day of the decision. */

export interface Exception {
  /** Names of parties that may open it, as a whole. */
  readonly from: RegExp;
  readonly to: RegExp;
  /** @default - all */
  readonly ports?: readonly number[];
  readonly reason: string;
  /** `2026-11-30` */
  readonly since: string;
}

export const exceptions: readonly Exception[] = [];

export const exceptionFor = ({ from, to, port }: { from: string; to: string; port: number }) =>
  exceptions.find(
    (exception) =>
      exception.from.test(from) && exception.to.test(to) && (exception.ports?.includes(port) ?? true),
  );
