/** What a cell's syntax says: the names that it declares, and which of its expressions matter to bindings. */
import ts from 'typescript';

/** `=`, `&&=`, `||=`, `??=`: a function without a name that is assigned by them gets one. */
export const naming: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsToken,
  ts.SyntaxKind.AmpersandAmpersandEqualsToken,
  ts.SyntaxKind.BarBarEqualsToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
]);

export const isAssignment = (node: ts.Expression): boolean =>
  ts.isBinaryExpression(node) && node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && node.operatorToken.kind <= ts.SyntaxKind.LastAssignment;

/** The expression inside parentheses and assertions. */
export function bare(node: ts.Expression): ts.Expression {
  const wrapped = ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isNonNullExpression(node) || ts.isTypeAssertionExpression(node);
  return wrapped ? bare(node.expression) : node;
}

/** An arrow, a function or a class without a name of its own: it gets the name of what it is assigned to. */
export function isAnonymous(node: ts.Expression): boolean {
  const inner = ts.isParenthesizedExpression(node) ? bare(node) : node;
  return ts.isArrowFunction(inner) || ((ts.isFunctionExpression(inner) || ts.isClassExpression(inner)) && !inner.name);
}

/** `declare …`: says what is there, and makes nothing. */
export const isAmbient = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) && !!ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword);

export const isVar = (list: ts.VariableDeclarationList): boolean => (list.flags & ts.NodeFlags.BlockScoped) === 0;
export const isUsing = (list: ts.VariableDeclarationList): boolean => (list.flags & ts.NodeFlags.Using) !== 0; // `await using` has this flag too

/** The identifiers that a pattern binds. */
export function* boundNames(name: ts.BindingName): Generator<ts.Identifier> {
  if (ts.isIdentifier(name)) yield name;
  else for (const element of name.elements) if (ts.isBindingElement(element)) yield* boundNames(element.name);
}

/** Whether a function or class stands in it. */
export const holdsFunction = (node: ts.Node): boolean => !!ts.forEachChild(node, (child) => ts.isFunctionLike(child) || ts.isClassLike(child) || holdsFunction(child));

/** Every `var` outside functions. */
export function varNames(statements: readonly ts.Statement[]): ts.Identifier[] {
  const names: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isModuleDeclaration(node)) return;
    if (ts.isVariableDeclarationList(node) && isVar(node)) for (const { name } of node.declarations) names.push(...boundNames(name));
    ts.forEachChild(node, visit);
  };
  for (const statement of statements) if (!isAmbient(statement)) visit(statement);
  return names;
}

/** The names that statements declare for the whole cell: those of its top level, and every `var` outside functions. */
export function declaredNames(statements: readonly ts.Statement[]): ts.Identifier[] {
  const names = varNames(statements);
  for (const statement of statements) {
    if (ts.isVariableStatement(statement) && !isVar(statement.declarationList)) {
      for (const { name } of statement.declarationList.declarations) names.push(...boundNames(name));
    } else if (ts.isImportDeclaration(statement)) {
      const { name, namedBindings } = statement.importClause ?? {};
      if (name) names.push(name);
      if (namedBindings && ts.isNamespaceImport(namedBindings)) names.push(namedBindings.name);
      else if (namedBindings) names.push(...namedBindings.elements.map((element) => element.name));
    } else if (
      ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isEnumDeclaration(statement) ||
      ts.isModuleDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement) ||
      ts.isImportEqualsDeclaration(statement)
    ) {
      if (statement.name && ts.isIdentifier(statement.name) && !(statement.flags & ts.NodeFlags.GlobalAugmentation)) names.push(statement.name);
    }
  }
  return names;
}

/** The globals and modules that a cell augments: the names inside its `declare global` and `declare module`. */
export function augmented(statements: readonly ts.Statement[]): Set<string> {
  const names = new Set<string>();
  for (const statement of statements) {
    if (!isAugmentation(statement) || !statement.body || !ts.isModuleBlock(statement.body)) continue;
    for (const { text } of declaredNames(statement.body.statements.filter((inner) => !isAmbient(inner)))) names.add(text);
    for (const inner of statement.body.statements) if (ts.isVariableStatement(inner)) for (const { name } of inner.declarationList.declarations) names.add(name.getText());
  }
  return names;
}

export const isAugmentation = (statement: ts.Statement): statement is ts.ModuleDeclaration =>
  ts.isModuleDeclaration(statement) && ((statement.flags & ts.NodeFlags.GlobalAugmentation) !== 0 || ts.isStringLiteral(statement.name));
