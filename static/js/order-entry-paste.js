// Rows from a spreadsheet: several cells pasted anywhere in the grid become lines. The server judges every cell.

// Without a heading the columns come in this order.
const ORDER = ["name", "specification", "quantity", "unit", "unit_price", "discount", "tax_rate", "special_demand"];

// What the heading of a column may say, without spaces, units and brackets.
const HEADINGS = {
  name: ["商品", "商品名称", "名称", "品名", "产品", "产品名称", "物料名称", "product", "productname", "name"],
  code: ["编号", "商品编号", "产品编号", "编码", "商品编码", "物料编码", "货号", "code", "number", "productnumber", "sku"],
  specification: ["规格", "规格型号", "型号", "specification", "spec", "model"],
  quantity: ["数量", "quantity", "qty"],
  unit: ["单位", "unit"],
  unit_price: ["单价", "不含税单价", "未税单价", "价格", "price", "unitprice", "pricewithouttax"],
  discount: ["折扣", "discount"],
  tax_rate: ["税率", "tax", "taxrate"],
  special_demand: ["特殊要求", "要求", "备注", "specialdemand", "remarks"],
};
const IGNORED = ["序号", "行号", "金额", "小计", "税额", "价税合计", "#", "no", "amount", "total"];
const CELL_OF = new Map(Object.entries(HEADINGS).flatMap(([cell, names]) => names.map((name) => [name, cell])));

// Tab-separated text as spreadsheets copy it; a cell with a line break or a tab comes in quotation marks.
export function cellsIn(text) {
  const rows = [[""]];
  let quoted = false;
  const put = (character) => { rows.at(-1)[rows.at(-1).length - 1] += character; };
  const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let place = 0; place < source.length; place += 1) {
    const character = source[place];
    if (quoted && character === '"' && source[place + 1] === '"') put(source[place += 1]);
    else if (quoted && character === '"') quoted = false;
    else if (quoted) put(character === "\n" ? " " : character);
    else if (character === '"' && rows.at(-1).at(-1) === "") quoted = true;
    else if (character === "\t") rows.at(-1).push("");
    else if (character === "\n") rows.push([""]);
    else put(character);
  }
  return rows.map((row) => row.map((cell) => cell.trim())).filter((row) => row.some(Boolean));
}

function headingOf(cell) {
  const plain = cell.toLowerCase().replace(/[（(].*?[)）]/g, "").replace(/[\s%％*：:/_]/g, "");
  return CELL_OF.get(plain) ?? (IGNORED.includes(plain) ? "" : null);
}

// The columns that a heading names, or null when the first row is no heading.
function columnsIn(row) {
  const found = row.map(headingOf);
  return found.filter((cell) => cell).length >= Math.min(2, row.length) && found.includes("quantity") ? found
    : found.filter((cell) => cell).length > row.length / 2 ? found : null;
}

// Lines as dictionaries of cells.
export function linesIn(table) {
  const heading = columnsIn(table[0]);
  const columns = heading ?? ORDER;
  return (heading ? table.slice(1) : table).map((cells) => {
    const line = {};
    cells.forEach((text, index) => { if (columns[index] && text) line[columns[index]] = text; });
    // The number says more than the name.
    const { code, ...rest } = line;
    return code ? { ...rest, name: code } : rest;
  });
}

// Puts lines into the grid from a row on: into it and those below while they are empty, else between. Returns the rows.
function fill(grid, start, lines) {
  const filled = [];
  for (const line of lines) {
    const last = filled.at(-1);
    const below = last ? grid.next(last) : start;
    const row = below && grid.isBlank(below) ? below : grid.add(last ?? start);
    for (const [name, text] of Object.entries(line)) grid.write(row, name, text);
    filled.push(row);
  }
  return filled;
}

// One column: downwards from the cell, as in a spreadsheet.
function fillColumn(grid, start, name, table) {
  let row = start;
  return table.map(([text]) => {
    const here = row;
    grid.write(here, name, text);
    if (name === "name") grid.write(here, "product", "");
    row = grid.next(here) ?? grid.add();
    return here;
  });
}

// Handles a paste into a cell; the rows it filled, or null when it is an ordinary paste.
export function paste(grid, input, text) {
  const table = cellsIn(text);
  const start = grid.rowOf(input);
  if (!start || !table.length || (table.length === 1 && table[0].length === 1)) return null;
  const oneColumn = table.every((row) => row.length === 1) && headingOf(table[0][0]) === null;
  const rows = oneColumn ? fillColumn(grid, start, input.dataset.cell, table) : fill(grid, start, linesIn(table));
  if (!grid.isBlank(grid.rows.at(-1))) grid.add();
  // Whoever types a line is not yet done with it; what was pasted is all that there is.
  if (!oneColumn) rows.forEach((row) => { row.dataset.whole = ""; });
  return rows;
}
