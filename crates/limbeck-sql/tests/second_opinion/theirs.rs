//! What sqlparser sees in a text.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use limbeck_types::ObjectKind;
use sqlparser::ast::{
    AlterIndexOperation, AlterTableOperation, AssignmentTarget, CommentObject, Expr, Ident, IndexColumn,
    ObjectName, ObjectType, Query, Set, SetExpr, Statement, TableConstraint, Visit, Visitor, visit_relations,
};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

/// A statement as sqlparser sees it.
#[derive(Debug)]
pub(crate) struct Theirs {
    /// In our words.
    pub(crate) kind: &'static str,
    /// The names that it tells, each with its kind.
    pub(crate) names: BTreeSet<String>,
    /// The kinds of names that it tells.
    pub(crate) kinds: Vec<ObjectKind>,
}

/// The statements of a text, or `None` where sqlparser cannot read it or finds none.
pub(crate) fn read(sql: &str) -> Option<Vec<Theirs>> {
    let statements = Parser::parse_sql(&PostgreSqlDialect {}, sql).ok()?;
    (!statements.is_empty()).then(|| statements.iter().map(theirs).collect())
}

fn theirs(statement: &Statement) -> Theirs {
    let mut theirs = Theirs { kind: "", names: BTreeSet::new(), kinds: vec![ObjectKind::Table] };
    relations(statement, &mut theirs);
    theirs.kind = kind(statement, &mut theirs);
    theirs
}

impl Theirs {
    fn tell(&mut self, kind: ObjectKind, names: impl IntoIterator<Item = String>) {
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
        self.names.extend(names.into_iter().map(|name| format!("{kind:?} {name}")));
    }
}

/// The tables that it visits, without the names of `WITH` queries.
fn relations(statement: &Statement, theirs: &mut Theirs) {
    struct Queries(BTreeSet<String>);
    impl Visitor for Queries {
        type Break = ();
        fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
            let with = query.with.iter().flat_map(|with| &with.cte_tables);
            self.0.extend(with.map(|query| fold(&query.alias.name)));
            ControlFlow::Continue(())
        }
    }
    let mut queries = Queries(BTreeSet::new());
    let _ = statement.visit(&mut queries);
    let _ = visit_relations(statement, |name| {
        let name = dotted(name);
        if !queries.0.contains(&name) {
            theirs.tell(ObjectKind::Table, [name]);
        }
        ControlFlow::<()>::Continue(())
    });
}

fn kind(statement: &Statement, theirs: &mut Theirs) -> &'static str {
    match statement {
        Statement::Query(query) => query_kind(query, theirs),
        Statement::Insert(insert) => {
            theirs.tell(ObjectKind::Column, insert.columns.iter().map(dotted));
            // Those of `ON CONFLICT` are not told here.
            "INSERT"
        }
        Statement::Update(update) => {
            for assignment in &update.assignments {
                match &assignment.target {
                    AssignmentTarget::ColumnName(name) => theirs.tell(ObjectKind::Column, [last(name)]),
                    AssignmentTarget::Tuple(names) => theirs.tell(ObjectKind::Column, names.iter().map(last)),
                }
            }
            "UPDATE"
        }
        Statement::Delete(_) => "DELETE",
        Statement::CreateTable(table) => {
            theirs.tell(ObjectKind::Column, table.columns.iter().map(|column| fold(&column.name)));
            table.constraints.iter().for_each(|it| constraint(it, theirs));
            // References of columns are not told here.
            if table.columns.iter().any(|column| format!("{column}").contains("REFERENCES")) {
                theirs.kinds.clear();
                theirs.names.clear();
            }
            if table.query.is_some() { "CREATE TABLE AS" } else { "CREATE TABLE" }
        }
        Statement::CreateIndex(index) => {
            theirs.tell(ObjectKind::Index, index.name.iter().map(dotted));
            theirs.tell(ObjectKind::Column, columns(&index.columns));
            theirs.tell(ObjectKind::Column, index.include.iter().map(fold));
            "CREATE INDEX"
        }
        Statement::AlterTable(table) => {
            for kind in [ObjectKind::Column, ObjectKind::Constraint, ObjectKind::Trigger] {
                theirs.tell(kind, []);
            }
            table.operations.iter().for_each(|it| operation(it, theirs));
            "ALTER TABLE"
        }
        Statement::Drop { object_type, names, .. } => {
            let (title, kind) = dropped(object_type);
            theirs.tell(kind, names.iter().map(dotted));
            title
        }
        Statement::DropFunction(drop) => {
            theirs.tell(ObjectKind::Function, drop.func_desc.iter().map(|function| dotted(&function.name)));
            "DROP FUNCTION"
        }
        Statement::CreateFunction(function) => {
            theirs.tell(ObjectKind::Function, [dotted(&function.name)]);
            "CREATE FUNCTION"
        }
        Statement::CreateTrigger(trigger) => {
            theirs.tell(ObjectKind::Trigger, [dotted(&trigger.name)]);
            "CREATE TRIGGER"
        }
        Statement::DropTrigger(trigger) => {
            theirs.tell(ObjectKind::Trigger, [dotted(&trigger.trigger_name)]);
            theirs.tell(ObjectKind::Table, trigger.table_name.iter().map(dotted));
            "DROP TRIGGER"
        }
        Statement::CreateExtension(extension) => {
            theirs.tell(ObjectKind::Extension, [fold(&extension.name)]);
            "CREATE EXTENSION"
        }
        Statement::DropExtension(extension) => {
            theirs.tell(ObjectKind::Extension, extension.names.iter().map(fold));
            "DROP EXTENSION"
        }
        Statement::CreateType { name, .. } => {
            theirs.tell(ObjectKind::Type, [dotted(name)]);
            "CREATE TYPE"
        }
        Statement::AlterType(alter) => {
            theirs.tell(ObjectKind::Type, [dotted(&alter.name)]);
            "ALTER TYPE"
        }
        Statement::CreateView(view) if view.materialized => "CREATE MATERIALIZED VIEW",
        Statement::CreateView(_) => "CREATE VIEW",
        Statement::AlterIndex { name, operation: AlterIndexOperation::RenameIndex { index_name } } => {
            theirs.tell(ObjectKind::Index, [dotted(name), dotted(index_name)]);
            "ALTER INDEX"
        }
        Statement::CreateSequence { name, owned_by, .. } => {
            // The table of `OWNED BY` is no relation to it.
            if owned_by.is_some() {
                theirs.kinds.clear();
            }
            theirs.tell(ObjectKind::Sequence, [dotted(name)]);
            "CREATE SEQUENCE"
        }
        Statement::CreateSchema { .. } => "CREATE SCHEMA",
        Statement::Truncate(_) => "TRUNCATE",
        Statement::Comment { object_type, object_name, .. } => {
            match object_type {
                CommentObject::Table => theirs.tell(ObjectKind::Table, [dotted(object_name)]),
                CommentObject::Column => theirs.tell(ObjectKind::Column, [last(object_name)]),
                _ => {}
            }
            "COMMENT"
        }
        Statement::Lock(_) => "LOCK",
        Statement::Grant(_) => "GRANT",
        Statement::Revoke(_) => "REVOKE",
        Statement::Explain { .. } => "EXPLAIN",
        Statement::Commit { end: false, .. } => "COMMIT",
        Statement::Commit { end: true, .. } => "END",
        Statement::Rollback { .. } => "ROLLBACK",
        Statement::StartTransaction { begin: true, .. } => "BEGIN",
        Statement::StartTransaction { begin: false, .. } => "START TRANSACTION",
        Statement::Set(Set::SetTransaction { .. }) => "SET TRANSACTION",
        Statement::Set(_) => "SET",
        Statement::ShowVariable { .. } => "SHOW",
        Statement::Analyze(_) => "ANALYZE",
        Statement::Call(_) => "CALL",
        _ => "?",
    }
}

/// `WITH … UPDATE` is a query to it, as are the parts of a `WITH`.
fn query_kind(query: &Query, theirs: &mut Theirs) -> &'static str {
    for part in query.with.iter().flat_map(|with| &with.cte_tables) {
        query_kind(&part.query, theirs);
    }
    match &*query.body {
        SetExpr::Insert(it) | SetExpr::Update(it) | SetExpr::Delete(it) => kind(it, theirs),
        SetExpr::Values(_) => "VALUES",
        _ => "SELECT",
    }
}

fn dropped(object: &ObjectType) -> (&'static str, ObjectKind) {
    match object {
        ObjectType::Table => ("DROP TABLE", ObjectKind::Table),
        ObjectType::View => ("DROP VIEW", ObjectKind::Table),
        ObjectType::MaterializedView => ("DROP MATERIALIZED VIEW", ObjectKind::Table),
        ObjectType::Index => ("DROP INDEX", ObjectKind::Index),
        ObjectType::Schema => ("DROP SCHEMA", ObjectKind::Schema),
        ObjectType::Sequence => ("DROP SEQUENCE", ObjectKind::Sequence),
        ObjectType::Type => ("DROP TYPE", ObjectKind::Type),
        other => panic!("a kind that was not met before: {other:?}"),
    }
}

fn operation(operation: &AlterTableOperation, theirs: &mut Theirs) {
    use AlterTableOperation as Alter;
    match operation {
        Alter::AddConstraint { constraint: it, .. } => constraint(it, theirs),
        Alter::AddColumn { column_def, .. } => theirs.tell(ObjectKind::Column, [fold(&column_def.name)]),
        Alter::DropColumn { column_names, .. } => {
            theirs.tell(ObjectKind::Column, column_names.iter().map(fold));
        }
        Alter::AlterColumn { column_name, .. } => theirs.tell(ObjectKind::Column, [fold(column_name)]),
        Alter::RenameColumn { old_column_name, new_column_name } => {
            theirs.tell(ObjectKind::Column, [fold(old_column_name), fold(new_column_name)]);
        }
        Alter::DropConstraint { name, .. } | Alter::ValidateConstraint { name } => {
            theirs.tell(ObjectKind::Constraint, [fold(name)]);
        }
        Alter::RenameConstraint { old_name, new_name } => {
            theirs.tell(ObjectKind::Constraint, [fold(old_name), fold(new_name)]);
        }
        Alter::RenameTable { table_name } => {
            use sqlparser::ast::RenameTableNameKind::{As, To};
            let (As(name) | To(name)) = table_name;
            theirs.tell(ObjectKind::Table, [dotted(name)]);
        }
        Alter::DisableTrigger { name } | Alter::EnableTrigger { name } => {
            let all = ["all", "user"].contains(&fold(name).as_str());
            theirs.tell(ObjectKind::Trigger, (!all).then(|| fold(name)));
        }
        Alter::ReplicaIdentity { .. } | Alter::OwnerTo { .. } | Alter::SetLogged | Alter::SetUnlogged => {}
        other => theirs.tell(ObjectKind::Other, [format!("{other:?}")]),
    }
}

fn constraint(constraint: &TableConstraint, theirs: &mut Theirs) {
    let name = match constraint {
        TableConstraint::Unique(it) => {
            theirs.tell(ObjectKind::Column, columns(&it.columns));
            &it.name
        }
        TableConstraint::PrimaryKey(it) => {
            theirs.tell(ObjectKind::Column, columns(&it.columns));
            &it.name
        }
        TableConstraint::ForeignKey(it) => {
            theirs.tell(ObjectKind::Column, it.columns.iter().chain(&it.referred_columns).map(fold));
            theirs.tell(ObjectKind::Table, [dotted(&it.foreign_table)]);
            &it.name
        }
        TableConstraint::Check(it) => &it.name,
        other => return theirs.tell(ObjectKind::Other, [format!("{other:?}")]),
    };
    theirs.tell(ObjectKind::Constraint, name.iter().map(fold));
}

/// The elements of an index that are columns by themselves.
fn columns(columns: &[IndexColumn]) -> Vec<String> {
    let name = |column: &IndexColumn| match &column.column.expr {
        Expr::Identifier(name) => Some(fold(name)),
        _ => None,
    };
    columns.iter().filter_map(name).collect()
}

fn last(name: &ObjectName) -> String {
    name.0.last().and_then(|part| part.as_ident()).map(fold).unwrap_or_default()
}

fn dotted(name: &ObjectName) -> String {
    let parts: Vec<String> = name.0.iter().filter_map(|part| part.as_ident()).map(fold).collect();
    parts[parts.len().saturating_sub(2)..].join(".")
}

fn fold(name: &Ident) -> String {
    let mut name = match name.quote_style {
        Some(_) => name.value.clone(),
        None => name.value.to_ascii_lowercase(),
    };
    // It knows nothing of `NAMEDATALEN`.
    name.truncate(name.floor_char_boundary(63));
    name
}
