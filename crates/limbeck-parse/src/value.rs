//! Values of module-level names, as far as they can be known without running the file.

use limbeck_types::{Opaque, Span};

use crate::Imports;

/// A value and the bytes it was written as.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
}

/// What is known of a value.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    None,
    Bool(bool),
    Text(String),
    /// A number as it is written.
    Number(String),
    Many(Many),
    /// An imported module, or the package that a plain `import a.b` binds.
    Module(String),
    /// A function of this file and the names outside of it that a call may change.
    Function(Vec<Touch>),
    Unknown(Unknown),
}

/// A tuple, a list, a set, or the keys of a dictionary.
#[derive(Debug, Clone)]
pub(crate) struct Many {
    pub(crate) items: Vec<Value>,
    pub(crate) shape: Collection,
    /// Whether another name may hold the very same list, so that a change to that name changes this one.
    pub(crate) shared: bool,
}

/// Which collection it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Collection {
    Tuple,
    List,
    Set,
    Dict,
}

/// A name that a function may change when it is called.
#[derive(Debug, Clone)]
pub(crate) struct Touch {
    pub(crate) name: String,
    /// Whether it may bind the name anew, which changes any value; else only a list can change.
    pub(crate) rebinds: bool,
}

/// A value that only Python can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unknown {
    pub(crate) reason: String,
    /// Module and name it is imported from.
    pub(crate) import: Option<(String, String)>,
}

impl Value {
    pub(crate) fn new(kind: Kind, span: Span) -> Self {
        Self { kind, span }
    }

    pub(crate) fn unknown(reason: impl Into<String>, span: Span) -> Self {
        Self::new(Kind::Unknown(Unknown { reason: reason.into(), import: None }), span)
    }

    pub(crate) fn imported(module: &str, name: &str, span: Span) -> Self {
        let reason = format!("it is imported from `{module}`");
        Self::new(Kind::Unknown(Unknown { reason, import: Some((module.to_owned(), name.to_owned())) }), span)
    }

    pub(crate) fn collection(shape: Collection, items: Vec<Value>, span: Span) -> Self {
        let items = if matches!(shape, Collection::Set | Collection::Dict) { unique(items) } else { items };
        Self::new(Kind::Many(Many { items, shape, shared: false }), span)
    }

    /// The value as another name's: it stands where the name is used, and a list is held twice now.
    pub(crate) fn used_at(mut self, span: Span) -> Self {
        if let Kind::Many(many) = self.kind {
            let items = many.items.into_iter().map(|item| item.used_at(span)).collect();
            self.kind = Kind::Many(Many { items, shared: true, ..many });
        }
        Self { kind: self.kind, span }
    }

    /// The value with what is known of other modules put in.
    pub(crate) fn with_imports(mut self, imports: &Imports<'_>) -> Self {
        match &mut self.kind {
            Kind::Unknown(Unknown { import: Some((module, name)), .. }) => {
                if let Some(text) = imports(module, name) {
                    self.kind = Kind::Text(text);
                }
            }
            Kind::Many(many) => {
                let items = std::mem::take(&mut many.items);
                many.items = items.into_iter().map(|item| item.with_imports(imports)).collect();
            }
            _ => {}
        }
        self
    }

    /// The value held by two names at once.
    pub(crate) fn held_twice(mut self) -> Self {
        if let Kind::Many(many) = &mut self.kind {
            many.shared = true;
        }
        self
    }

    /// Roughly the bytes it takes.
    pub(crate) fn size(&self) -> usize {
        match &self.kind {
            Kind::Text(text) => text.len(),
            Kind::Many(many) => many.items.iter().map(|item| size_of::<Self>() + item.size()).sum(),
            _ => 0,
        }
    }

    /// Whether a method call can change the value.
    pub(crate) fn is_mutable(&self) -> bool {
        matches!(&self.kind, Kind::Many(many) if many.shape != Collection::Tuple)
    }

    /// Whether the value can change through another name.
    pub(crate) fn is_shared(&self) -> bool {
        self.is_mutable() && matches!(&self.kind, Kind::Many(many) if many.shared)
    }

    /// `bool(value)`, where it is known.
    pub(crate) fn truth(&self) -> Option<bool> {
        match &self.kind {
            Kind::None => Some(false),
            Kind::Bool(value) => Some(*value),
            Kind::Text(text) => Some(!text.is_empty()),
            Kind::Number(number) => Some(number.bytes().any(|digit| digit.is_ascii_digit() && digit != b'0')),
            Kind::Many(many) => Some(!many.items.is_empty()),
            Kind::Module(_) | Kind::Function(_) => Some(true),
            Kind::Unknown(_) => None,
        }
    }

    /// Whether both are known and equal, wherever they were written.
    pub(crate) fn same(&self, other: &Value) -> bool {
        match (&self.kind, &other.kind) {
            (Kind::None, Kind::None) => true,
            (Kind::Bool(one), Kind::Bool(two)) => one == two,
            (Kind::Text(one), Kind::Text(two)) | (Kind::Number(one), Kind::Number(two)) => one == two,
            (Kind::Module(one), Kind::Module(two)) => one == two,
            (Kind::Unknown(one), Kind::Unknown(two)) => one.import.is_some() && one.import == two.import,
            (Kind::Many(one), Kind::Many(two)) => {
                let pairs = || one.items.iter().zip(&two.items);
                one.shape == two.shape
                    && one.items.len() == two.items.len()
                    && pairs().all(|(one, two)| one.same(two))
            }
            _ => false,
        }
    }

    /// What is wrong with the value where text was wanted: "it is the number 5, not a string".
    pub(crate) fn not_text(&self) -> Opaque {
        let what = match &self.kind {
            Kind::None => "`None`".to_owned(),
            Kind::Bool(true) => "`True`".to_owned(),
            Kind::Bool(false) => "`False`".to_owned(),
            Kind::Text(_) => "text".to_owned(),
            Kind::Number(number) => format!("the number {number}"),
            Kind::Many(many) => many.shape.name().to_owned(),
            Kind::Module(name) => format!("the module `{name}`"),
            Kind::Function(_) => "a function".to_owned(),
            Kind::Unknown(unknown) => {
                let Unknown { reason, import } = unknown.clone();
                return Opaque { span: self.span, reason, import: import.map(Box::new) };
            }
        };
        Opaque { span: self.span, reason: format!("it is {what}, not a string"), import: None }
    }
}

impl Collection {
    fn name(self) -> &'static str {
        match self {
            Collection::Tuple => "a tuple",
            Collection::List => "a list",
            Collection::Set => "a set",
            Collection::Dict => "a dictionary",
        }
    }
}

/// A set holds an element once.
fn unique(items: Vec<Value>) -> Vec<Value> {
    items.into_iter().fold(Vec::new(), |mut unique: Vec<Value>, item| {
        if !unique.iter().any(|known| known.same(&item)) {
            unique.push(item);
        }
        unique
    })
}
