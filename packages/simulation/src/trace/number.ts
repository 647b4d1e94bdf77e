/** A whole number for people: `1,112,557`. */
export function number(amount: number): string {
  return String(amount).replaceAll(/\B(?=(\d{3})+$)/g, ',')
}
