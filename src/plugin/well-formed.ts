/** Whether a text has a UTF-8 form: no half of a surrogate pair stands alone. (ES2024's method, which Node 20 has.) */
export const isWellFormed = (text: string): boolean => (text as string & { isWellFormed(): boolean }).isWellFormed()
