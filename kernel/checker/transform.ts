import ts from 'typescript';
import { RUNTIME, type Import } from '../messages';
import { bare, boundNames, declaredNames, holdsFunction, isAmbient, isAnonymous, isAssignment, isUsing, isVar, naming, varNames } from './syntax';

/** What `bindTopLevel` found on its way. */
export interface Bound {
  /** Parameter → binding. */
  parameters: Record<string, string>;
  /** The bindings that it defines. */
  defines: string[];
  imports: Import[];
}

/**
 * Turns a cell, a module, into the body of an async function in which every top-level name is a binding (see binding.ts): it
 * declares its names as they are written and puts them into their bindings; whoever reads or writes a top-level name of this or
 * an earlier cell does so through the binding. The last expression is returned. What lies beyond `end` is the checker's
 * own; of its names, `globals` were only declared (`declare const x`) and are no bindings.
 */
export function bindTopLevel(checker: ts.TypeChecker, end: number, globals: ReadonlySet<string>, bound: Bound): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => {
    const { factory } = context;
    const [own, prelude] = [file.statements.filter((statement) => statement.pos < end), file.statements.filter((statement) => statement.pos >= end)];
    const symbols = new Map<ts.Symbol, string>();
    for (const name of declaredNames([...prelude, ...own].filter((statement) => statement.pos >= end || !isAmbient(statement)))) {
      const symbol = checker.getSymbolAtLocation(name);
      if (symbol && !(name.pos >= end && globals.has(name.text))) symbols.set(symbol, name.text);
    }

    // --- names

    const taken = (file as unknown as { identifiers: ReadonlyMap<string, string> }).identifiers;
    const parameters = new Map<string, string>();
    const binding = (name: string): ts.Identifier => {
      let parameter = parameters.get(name);
      if (parameter === undefined) {
        for (parameter = `${name}_`; taken.has(parameter) || Object.hasOwn(bound.parameters, parameter); ) parameter += '_';
        parameters.set(name, parameter);
        bound.parameters[parameter] = name;
      }
      return factory.createIdentifier(parameter);
    };
    const read = (name: string) => factory.createPropertyAccessExpression(binding(name), '$');
    const call = (name: string, method: string, ...args: ts.Expression[]) =>
      factory.createExpressionStatement(factory.createCallExpression(factory.createPropertyAccessExpression(binding(name), method), undefined, args));
    const define = (name: ts.Identifier) => {
      bound.defines.push(name.text);
      return call(name.text, 'define', factory.createIdentifier(name.text));
    };

    /** The top-level name that an identifier means where it stands; undefined for all others, and for a class's own name inside it. */
    const topLevelName = (node: ts.Identifier): string | undefined => {
      const symbol = checker.getSymbolAtLocation(node);
      const name = symbol && symbols.get(symbol);
      if (name === undefined) return undefined;
      for (let outer: ts.Node = node.parent; outer && outer !== file; outer = outer.parent) {
        const inner = ts.isClassDeclaration(outer) || ts.isEnumDeclaration(outer) || ts.isModuleDeclaration(outer) ? outer.name : undefined;
        if (inner && checker.getSymbolAtLocation(inner) === symbol) return undefined;
      }
      return name;
    };
    const declares = (node: ts.Identifier) => (node.parent as Partial<ts.NamedDeclaration>).name === node;

    // --- patterns

    /** A declared pattern as the target of an assignment. */
    const target = (name: ts.BindingName): ts.Expression => {
      if (ts.isIdentifier(name)) return read(name.text);
      const withDefault = ({ name: inner, initializer }: ts.BindingElement) =>
        initializer ? factory.createAssignment(target(inner), named(inner, initializer)) : target(inner);
      if (ts.isArrayBindingPattern(name)) {
        return factory.createArrayLiteralExpression(
          name.elements.map((element) => {
            if (ts.isOmittedExpression(element)) return element;
            return element.dotDotDotToken ? factory.createSpreadElement(target(element.name)) : withDefault(element);
          }),
        );
      }
      return factory.createObjectLiteralExpression(
        name.elements.map((element) =>
          element.dotDotDotToken
            ? factory.createSpreadAssignment(target(element.name))
            : factory.createPropertyAssignment((ts.visitNode(element.propertyName, visit) ?? element.name) as ts.PropertyName, withDefault(element)),
        ),
      );
    };
    /** `var a = 1, { b } = c` as `a = 1, { b } = c`; undefined if nothing is assigned. */
    const assignmentOf = (list: ts.VariableDeclarationList): ts.Expression | undefined => {
      const assigned = list.declarations.filter(({ initializer }) => initializer);
      const parts = assigned.map(({ name, initializer }) => factory.createAssignment(target(name), named(name, initializer!)));
      return parts.length > 0 ? parts.reduce<ts.Expression>((left, right) => factory.createComma(left, right), parts.shift()!) : undefined;
    };

    // --- expressions and nested statements

    let functions = 0; // how many functions are around the node
    let waits = false; // whether an `await` of the cell itself was met
    let checked = true; // whether such an `await` asks at once if the cell goes on

    let pattern = new Set<string>(); // the names of the declaration that is being evaluated: they are not in their bindings yet
    const isLocal = (name: string) => functions === 0 && pattern.has(name);

    const visited = (node: ts.Expression) => ts.visitNode(node, visit) as ts.Expression;
    /** What is assigned to `name`: functions and classes without a name get it, as by an assignment to a variable. */
    const named = (name: ts.Node, value: ts.Expression): ts.Expression => {
      if (!ts.isIdentifier(name) || !isAnonymous(value)) return visited(value);
      const object = factory.createObjectLiteralExpression([factory.createPropertyAssignment(name.text, visited(value))]);
      return factory.createPropertyAccessExpression(factory.createParenthesizedExpression(object), name.text);
    };
    const resumed = (value?: ts.Expression) => factory.createCallExpression(factory.createIdentifier(RUNTIME.resumed), undefined, value ? [value] : []);
    const plainCall = (callee: ts.Expression, done: ts.Expression) => {
      const name = bare(callee);
      return ts.isIdentifier(name) && topLevelName(name) !== undefined ? factory.createParenthesizedExpression(factory.createComma(factory.createNumericLiteral(0), done)) : done;
    };

    const visit = (node: ts.Node): ts.VisitResult<ts.Node | undefined> => {
      if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return node;
      if (ts.isIdentifier(node)) {
        if (declares(node)) return node;
        const name = topLevelName(node);
        return name === undefined || isLocal(name) ? node : ts.setTextRange(read(name), node);
      }
      if (ts.isBinaryExpression(node) && naming.has(node.operatorToken.kind) && ts.isIdentifier(node.left) && topLevelName(node.left) !== undefined && isAnonymous(node.right)) {
        return factory.updateBinaryExpression(node, visited(node.left), node.operatorToken, named(node.left, node.right));
      }
      if (ts.isShorthandPropertyAssignment(node)) {
        const symbol = checker.getShorthandAssignmentValueSymbol(node);
        const name = symbol && symbols.get(symbol);
        if (name === undefined || isLocal(name)) return ts.visitEachChild(node, visit, context);
        const value = node.objectAssignmentInitializer ? factory.createAssignment(read(name), named(node.name, node.objectAssignmentInitializer)) : read(name);
        // As a name of its own, `__proto__` would set the prototype.
        return factory.createPropertyAssignment(name === '__proto__' ? factory.createComputedPropertyName(factory.createStringLiteral(name)) : node.name, value);
      }
      if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) return factory.createIdentifier(RUNTIME.meta);
      if (ts.isCallExpression(node)) {
        const done = ts.visitEachChild(node, visit, context);
        if (node.expression.kind === ts.SyntaxKind.ImportKeyword) {
          return factory.updateCallExpression(done, factory.createIdentifier(RUNTIME.import), undefined, done.arguments);
        }
        const callee = plainCall(node.expression, done.expression);
        if (callee === done.expression) return done;
        return ts.isCallChain(done)
          ? factory.updateCallChain(done, callee, done.questionDotToken, undefined, done.arguments)
          : factory.updateCallExpression(done, callee, undefined, done.arguments);
      }
      if (ts.isDecorator(node)) {
        const done = ts.visitEachChild(node, visit, context);
        return factory.updateDecorator(done, plainCall(node.expression, done.expression));
      }
      if (ts.isTaggedTemplateExpression(node)) {
        const done = ts.visitEachChild(node, visit, context);
        return factory.updateTaggedTemplateExpression(done, plainCall(node.tag, done.tag), undefined, done.template);
      }
      if (ts.isAwaitExpression(node) && functions === 0) {
        waits = true;
        const done = ts.visitEachChild(node, visit, context);
        return checked ? resumed(done) : done;
      }
      if (ts.isForOfStatement(node) && node.awaitModifier && functions === 0) {
        waits = true;
        const done = visitedLoop(node);
        return factory.updateForOfStatement(done, done.awaitModifier, done.initializer, done.expression, factory.createBlock([factory.createExpressionStatement(resumed()), done.statement], true));
      }
      if (ts.isForOfStatement(node) || ts.isForInStatement(node)) return visitedLoop(node);
      if (ts.isForStatement(node) && functions === 0 && node.initializer && ts.isVariableDeclarationList(node.initializer) && isVar(node.initializer)) {
        return factory.createForStatement(assignmentOf(node.initializer), ts.visitNode(node.condition, visit) as ts.Expression, ts.visitNode(node.incrementor, visit) as ts.Expression, ts.visitNode(node.statement, visit) as ts.Statement);
      }
      if (ts.isVariableStatement(node) && functions === 0 && isVar(node.declarationList)) {
        const value = assignmentOf(node.declarationList);
        return value ? ts.setTextRange(factory.createExpressionStatement(value), node) : factory.createEmptyStatement();
      }
      if (ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node) || ts.isPropertyDeclaration(node) || ts.isModuleDeclaration(node)) {
        functions++;
        const done = ts.visitEachChild(node, visit, context);
        functions--;
        return done;
      }
      return ts.visitEachChild(node, visit, context);
    };

    /** A loop over `var` names of the cell assigns their bindings. */
    const visitedLoop = <T extends ts.ForOfStatement | ts.ForInStatement>(node: T): T => {
      const { initializer } = node;
      const done = ts.visitEachChild(node, visit, context);
      if (functions > 0 || !ts.isVariableDeclarationList(initializer) || !isVar(initializer)) return done;
      const assigned = target(initializer.declarations[0].name);
      return (
        ts.isForOfStatement(done)
          ? factory.updateForOfStatement(done, done.awaitModifier, assigned, done.expression, done.statement)
          : factory.updateForInStatement(done, assigned, done.expression, done.statement)
      ) as T;
    };

    // --- statements of the top level

    const withoutExport = <T extends ts.Statement>(statement: T): T => {
      if (!ts.canHaveModifiers(statement)) return statement;
      const modifiers = statement.modifiers?.filter(({ kind }) => kind !== ts.SyntaxKind.ExportKeyword && kind !== ts.SyntaxKind.DefaultKeyword);
      if (modifiers?.length === statement.modifiers?.length) return statement;
      if (ts.isVariableStatement(statement)) return factory.updateVariableStatement(statement, modifiers, statement.declarationList) as T & ts.VariableStatement;
      if (ts.isFunctionDeclaration(statement)) {
        const { asteriskToken, name, typeParameters, parameters: params, type, body } = statement;
        return factory.updateFunctionDeclaration(statement, modifiers, asteriskToken, name, typeParameters, params, type, body) as T & ts.FunctionDeclaration;
      }
      if (ts.isClassDeclaration(statement)) {
        return factory.updateClassDeclaration(statement, modifiers, statement.name, statement.typeParameters, statement.heritageClauses, statement.members) as T & ts.ClassDeclaration;
      }
      if (ts.isEnumDeclaration(statement)) return factory.updateEnumDeclaration(statement, modifiers, statement.name, statement.members) as T & ts.EnumDeclaration;
      if (ts.isModuleDeclaration(statement)) return factory.updateModuleDeclaration(statement, modifiers, statement.name, statement.body) as T & ts.ModuleDeclaration;
      return statement;
    };

    const hoisted: ts.Statement[] = [];
    const hasValue = (name: ts.Identifier) => {
      let symbol = checker.getSymbolAtLocation(name);
      if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
      return !symbol || (symbol.flags & ts.SymbolFlags.Value) !== 0;
    };
    const importOf = (statement: ts.ImportDeclaration): void => {
      const specifier = (statement.moduleSpecifier as ts.StringLiteral).text;
      const clause = statement.importClause;
      if (!clause) return void bound.imports.push({ specifier, names: {} });
      if (clause.isTypeOnly) return;
      const names: Record<string, string> = {};
      if (clause.name && hasValue(clause.name)) names[clause.name.text] = 'default';
      const { namedBindings } = clause;
      if (namedBindings && ts.isNamespaceImport(namedBindings)) names[namedBindings.name.text] = '*';
      else if (namedBindings) {
        for (const { name, propertyName, isTypeOnly } of namedBindings.elements) {
          if (!isTypeOnly && hasValue(name)) names[name.text] = (propertyName ?? name).text;
        }
      }
      if (Object.keys(names).length > 0) bound.imports.push({ specifier, names });
    };

    const topLevel = (statement: ts.Statement, last: boolean): ts.Statement | ts.Statement[] => {
      if (isAmbient(statement) || ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement) || ts.isExportDeclaration(statement)) return [];
      if (ts.isImportDeclaration(statement)) {
        importOf(statement);
        return [];
      }
      if (ts.isImportEqualsDeclaration(statement)) {
        const { name, moduleReference, isTypeOnly } = statement;
        if (isTypeOnly || !hasValue(name)) return [];
        if (!ts.isExternalModuleReference(moduleReference)) return call(name.text, 'define', entity(moduleReference));
        bound.imports.push({ specifier: (moduleReference.expression as ts.StringLiteral).text, names: { [name.text]: '=' } });
        return [];
      }
      if (ts.isExportAssignment(statement)) return factory.createExpressionStatement(visited(statement.expression));
      if (ts.isVariableStatement(statement)) return variables(withoutExport(statement));
      if (ts.isFunctionDeclaration(statement)) {
        if (!statement.body || !statement.name) return [];
        hoisted.push(define(statement.name));
        return ts.visitNode(withoutExport(statement), visit) as ts.Statement;
      }
      if (ts.isClassDeclaration(statement) && !statement.name) {
        const { modifiers } = withoutExport(statement);
        const expression = factory.createClassExpression(modifiers, undefined, statement.typeParameters, statement.heritageClauses, statement.members);
        return factory.createExpressionStatement(factory.createParenthesizedExpression(ts.visitEachChild(expression, visit, context)));
      }
      if (ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement) || ts.isModuleDeclaration(statement)) {
        const done = ts.visitNode(withoutExport(statement), visit) as ts.Statement;
        const { name } = statement;
        return name && ts.isIdentifier(name) && hasValue(name) ? [done, define(name)] : done;
      }
      if (last && ts.isExpressionStatement(statement) && !isAssignment(bare(statement.expression))) {
        return ts.setTextRange(factory.createReturnStatement(visited(statement.expression)), statement);
      }
      return ts.visitNode(statement, visit) as ts.Statement;
    };
    const entity = (name: ts.EntityName): ts.Expression =>
      ts.isIdentifier(name) ? (ts.visitNode(name, visit) as ts.Expression) : factory.createPropertyAccessExpression(entity(name.left), name.right);

    /** Declared as it is written, so that functions and classes get their names, then put into the bindings. */
    const variables = (statement: ts.VariableStatement): ts.Statement[] => {
      const list = statement.declarationList;
      waits = checked = false;
      const using = isUsing(list);
      const flags = using ? ts.NodeFlags.Const : list.flags;
      const done = list.declarations.flatMap((declaration): ts.Statement[] => {
        const { name, exclamationToken, type, initializer } = declaration;
        const names = [...boundNames(name)];
        if (initializer && !ts.isIdentifier(name) && !using && holdsFunction(name)) {
          // Its functions look into the bindings, so it is assigned to them part by part.
          const empty = names.map(({ text }) => call(text, 'define', factory.createVoidZero()));
          bound.defines.push(...names.map(({ text }) => text));
          return [...empty, ts.setTextRange(factory.createExpressionStatement(factory.createAssignment(target(name), visited(initializer))), statement)];
        }
        pattern = new Set(names.map(({ text }) => text));
        const value = initializer && visited(initializer);
        const kept = using && value ? factory.createCallExpression(factory.createIdentifier(RUNTIME.dispose), undefined, [value]) : value;
        const declared = factory.updateVariableDeclaration(declaration, ts.visitNode(name, visit) as ts.BindingName, exclamationToken, type, kept);
        pattern = new Set();
        const alone = factory.createVariableStatement(undefined, ts.setTextRange(factory.createVariableDeclarationList([declared], flags), list));
        return [ts.setTextRange(alone, statement), ...(isVar(list) && !initializer ? [] : names.map(define))];
      });
      checked = true;
      return [...done, ...(waits ? [factory.createExpressionStatement(resumed())] : [])];
    };

    for (const name of varNames(own)) hoisted.push(call(name.text, 'declareVar'));
    const last = own.findLast((statement) => !ts.isEmptyStatement(statement));
    const body = own.flatMap((statement) => topLevel(statement, statement === last));
    return factory.updateSourceFile(file, ts.setTextRange(factory.createNodeArray([...hoisted, ...body]), file.statements));
  };
}
