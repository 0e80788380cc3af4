// XLSX by write-excel-file, in its variant without workers: the CSP allows none that is made from a blob.
import writeExcelFile, { type SheetData } from 'write-excel-file/universal';
import type { SheetCell } from './model/sheet';

interface XlsxSheet {
  name: string;
  rows: readonly (readonly SheetCell[])[];
  headerRows: number;
  headerColumns: number;
}

/** Numbers stay numbers with separators, headers are bold and stay in sight. */
export async function writeSheets(sheets: readonly XlsxSheet[]): Promise<Blob> {
  const file = writeExcelFile(
    sheets.map(({ name, rows, headerRows, headerColumns }) => ({
      sheet: name,
      data: rows.map((row, y) =>
        row.map((value, x) => {
          const bold = y < headerRows || x < headerColumns ? ({ fontWeight: 'bold' } as const) : {};
          return typeof value === 'number'
            ? {
                value,
                type: Number,
                format: Number.isInteger(value) ? '#,##0' : '#,##0.0##',
                ...bold,
              }
            : { value, type: String, ...bold };
        }),
      ) as SheetData,
      stickyRowsCount: headerRows,
      stickyColumnsCount: headerColumns,
    })),
  );
  return file.toBlob();
}
