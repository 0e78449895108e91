//! Attributes of classes and objects that are set, and in which order classes inherit.

use super::check_module;

#[track_caller]
fn check(module: &str, body: &str, expected: &[&str]) {
    let body: String = body.lines().map(|line| format!("    {line}\n")).collect();
    check_module(&format!("from alembic import op\n{module}\ndef upgrade():\n{body}"), expected);
}

#[test]
fn what_is_set_on_a_class_is_read_from_it_and_from_its_objects() {
    const CLASS: &str =
        "class C:\n    x = 1\n    @classmethod\n    def go(cls, x): cls.x = x\nclass D(C): pass";
    check(CLASS, "C.x = 2\nop.a(C.x, C().x, D.x, D().x)", &["op.a(2, 2, 2, 2)"]);
    check(CLASS, "D.x = 2\nop.a(C.x, D.x)", &["op.a(1, 2)"]);
    check(CLASS, "setattr(C, 'x', 3)\nop.a(C.x)", &["op.a(3)"]);
    check(CLASS, "C.go(4)\nop.a(C.x)", &["op.a(4)"]);
    check(CLASS, "C.f = lambda self: self.x\nop.a(D().f())", &["op.a(1)"]);
    check(CLASS, "c = C()\nc.x = 5\nop.a(c.x, C.x)", &["op.a(5, 1)"]);
    check(CLASS, "if op.get(): C.x = 2\nop.a(C.x)", &["op.get()", "op.a(?)"]);
    check(CLASS, "for x in op.get(): C.x = x\nop.a(C.x)", &["op.get()", "op.a(?)"]);
    check(
        CLASS,
        "for x in op.get():\n  op.a(C.x)\n  C.x = 2\nop.b(C.x)",
        &["op.get()", "? op.a(?)", "op.b(?)"],
    );
    check(
        CLASS,
        "c = C if op.get() else D\nc.x = 2\nop.a(C.x)",
        &["op.get()", "lost: `x` of `…` is set", "op.a(?)"],
    );
    check(CLASS, "del C.x\nop.a(C.x)", &["lost: `x` of `C` is set", "op.a(?)"]);
}

#[test]
fn what_is_set_on_the_class_of_an_object_is_read_from_it() {
    const CLASS: &str = "class C:\n    x = 1\nclass D(C): pass\no = D()";
    check(CLASS, "type(o).w = 2\nop.a(o.w, D.w, type(o).x)", &["op.a(2, 2, 1)"]);
    check(CLASS, "o.__class__.w = 2\nop.a(o.w)", &["op.a(2)"]);
    check(CLASS, "setattr(o.__class__, 'w', 2)\nop.a(o.w)", &["op.a(2)"]);
    check(CLASS, "o.__class__ = C\nop.a(o.w)", &[LOST, "op.a(?)"]);
    check(CLASS, "o.__class__ = C\ntype(o).w = 1\nop.a(o.w)", &[LOST, "lost: `w` of `…` is set", "op.a(?)"]);
    check(CLASS, "del C.x\nop.a(o.w)", &["lost: `x` of `C` is set", "op.a(?)"]);
}

const LOST: &str = "lost: what is done when `__class__` is set is not followed";

#[test]
fn what_a_loop_that_is_given_up_may_have_set_on_a_class_is_not_known() {
    super::LOOP_STEPS.set(Some(5));
    check(
        "class C:\n    x = 1\n    y = 1\ndef f(x): C.x = x",
        "for x in op.get():\n  for y in x: f(y + 1 + 2 + 3)\nop.a(C.x, C.y, C().x)",
        &["op.get()", "? lost: the loop does more than is followed", "op.a(?, 1, ?)"],
    );
    super::LOOP_STEPS.set(None);
}

#[test]
fn what_sets_attributes_in_its_own_way_is_not_followed() {
    let lost = "lost: what is done when `x` is set is not followed";
    let setter = "class C:\n    @property\n    def x(self): return self.y\n    @x.setter\n    def x(self, y): self.y = y";
    check(setter, "c = C()\nc.x = 1\nop.a(c.x)", &[lost, "op.a(?)"]);
    check(
        "class C:\n    x = 1\n    def __setattr__(self, n, v): op.b()",
        "c = C()\nc.x = 2\nop.a(c.x)",
        &[lost, "op.a(?)"],
    );
    check(
        "class C:\n    x = 1\n    def __init__(self, **kw): self.__dict__.update(kw)",
        "op.a(C(x=2).x)",
        &["op.a(?)"],
    );
    check(
        "class G:\n    def __get__(self, o, t): op.b()\nclass C:\n    x = G()",
        "op.a(C().x)",
        &["lost: what gives `x` is not followed", "op.a(?)"],
    );
    check(
        "class M(type):\n    def __call__(cls): op.b()\nclass C(metaclass=M):\n    x = 1",
        "op.a(C().x)",
        &["C()", "op.a(C().x)"],
    );
}

#[test]
fn classes_inherit_in_pythons_order() {
    check(
        "class A:\n    def f(self): return 'a'\nclass B(A):\n    def f(self): return 'b' + super().f()\nclass C(A):\n    \
         def f(self): return 'c' + super().f()\nclass D(B, C): pass\nclass E(A): pass\nclass F(E, C): pass",
        "op.a(D().f(), F().f())",
        &["op.a('bca', 'ca')"],
    );
    let lines: String = (0..90).map(|n| format!("class A{}(A{n}): pass\n", n + 1)).collect();
    check(&format!("class A0: x = 1\n{lines}"), "op.a(A50().x)\nop.b(A90.x)", &["op.a(1)", "op.b(A90.x)"]);
}

#[test]
fn an_alias_is_no_member_of_its_own() {
    check(
        "import enum\nclass E(enum.Enum):\n    A = 1\n    B = 2\n    C = 1",
        "op.a([e.value for e in E], len(E), E.C is E.A, E.C == E.A, E['C'].name, E(1).name)",
        &["op.a([1, 2], 2, (E.A is E.A), True, 'A', 'A')"],
    );
}

#[test]
fn what_is_not_followed_may_set_attributes() {
    check(
        "class A:\n    def __init__(self):\n        super().__init__()\n        self.x = 1\nclass B(A):\n    \
         def __init__(self):\n        super().__init__()\n        self.y = 2",
        "b = B()\nop.a(b.x, b.y)",
        &["op.a(1, 2)"],
    );
    check(
        "class A:\n    x = 1\n    def __init__(self): self.x = 2\nclass B(A):\n    def __init__(self): super(B, self).__init__()",
        "op.a(B().x)",
        &[
            "lost: it calls `__init__` of something that is not known: it is what `super` gives < B()",
            "op.a(?)",
        ],
    );
    check("import app\nclass A:\n    x = 1", "a = A()\napp.set(a)\nop.a(a.x)", &["app.set(?)", "op.a(?)"]);
    check("class A: pass", "op.a(len(A.mro()))", &["A.mro()", "op.a(?)"]);
}

#[test]
fn objects_that_are_iterated_over() {
    check(
        "class A:\n    def __init__(self, x): self.x = x\n    def __iter__(self):\n        for y in self.x: yield y",
        "for y in A([1, 2]): op.a(y)\nop.b(list(A('c')))",
        &["op.a(1)", "op.a(2)", "op.b(['c'])"],
    );
    check(
        "class A:\n    def __init__(self, x): self.x = x\n    def __iter__(self):\n        for y in self.x: yield y",
        "x = [1, 2]\nfor y in A(x):\n  op.a(y)\n  x.append(3)",
        &["op.a(1)", "? op.a(?)"],
    );
    check("class A:\n    def __iter__(self): return iter([1])", "a, = A()\nop.a(a)", &["op.a(1)"]);
    let lost = "lost: what an object does when it is iterated over is not followed";
    check(
        "class A:\n    def __iter__(self): return self\n    def __next__(self): op.x()",
        "for y in A(): op.a()",
        &[lost, "? op.a()"],
    );
    check("class A:\n    def __getitem__(self, n): op.x()", "for y in A(): op.a()", &[lost, "? op.a()"]);
}
