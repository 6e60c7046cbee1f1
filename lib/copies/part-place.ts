/** Where a part stands, so that one that was put elsewhere does not open. */
export const partPlace = (copyId: string, index: number): string => `DataPart/${copyId}/${index}`
