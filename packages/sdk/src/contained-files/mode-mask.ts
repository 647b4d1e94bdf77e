/** The bits of a mode that are kept: not those that lend a program the rights of its owner. */
export const MODE_MASK = 0o777
