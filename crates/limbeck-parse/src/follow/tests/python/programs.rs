//! Random small programs. Variables keep their type by their name, so that most programs run to their end.

/// A program that defines `upgrade()`.
pub(super) fn program(seed: u64) -> String {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    for _ in 0..4 {
        random.next(2);
    }
    let mut writer = Writer {
        random,
        out: String::new(),
        unknown: !seed.is_multiple_of(3),
        in_function: false,
        in_loop: 0,
    };
    writer.line(0, "from alembic import op");
    writer.line(0, "N = 3\nT = 'tab'\nL = [1, 2]\nD = {'a': 1, 'b': 2}");
    writer.function();
    writer.line(0, "def upgrade():");
    writer.line(1, "i, j, s, t = 1, 2, 'ab', 'c d'\n    l, m, d, e = [1, 2], ['x', 'y'], {'a': 1}, {}");
    writer.block(1, 7);
    writer.line(1, "op.x(i, j, s, t, l, m, d, e)");
    writer.out
}

struct Random(u64);

impl Random {
    /// A number under `bound`.
    fn next(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.next(from.len())]
    }
}

struct Writer {
    random: Random,
    out: String,
    /// Whether the program has things that only its run can tell.
    unknown: bool,
    in_function: bool,
    in_loop: u32,
}

impl Writer {
    fn line(&mut self, depth: usize, line: &str) {
        self.out.push_str(&"    ".repeat(depth));
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn function(&mut self) {
        // Nobody hears what is called while the module is loaded.
        let default = self.random.pick(&["N", "N + 1", "len(L)"]);
        self.line(0, &format!("def f(i, s='q', *l, j={default}, **d):"));
        self.line(1, "l, t, m, e = list(l), 'z', [], {}");
        self.in_function = true;
        self.block(1, 3);
        self.in_function = false;
        let (int, text) = (self.int(2), self.text(2));
        self.line(1, &format!("return {int}"));
        self.line(
            0,
            &format!("def g(x):\n    L.append(x)\n    return {text}.replace('s', T) if x else T")
                .replace(" s", " T")
                .replace("(s", "(T")
                .replace(" t", " T"),
        );
    }

    fn block(&mut self, depth: usize, most: usize) {
        for _ in 0..1 + self.random.next(most) {
            self.statement(depth);
        }
    }

    fn statement(&mut self, depth: usize) {
        let simple = depth > 3;
        match self.random.next(if simple { 12 } else { 19 }) {
            0 | 1 => {
                let (int, text) = (self.int(2), self.text(2));
                self.line(depth, &format!("op.x({int}, {text})"));
            }
            2 => {
                let list = self.list(2);
                let dict = self.dict(2);
                self.line(depth, &format!("op.x({list}, k={dict})"));
            }
            3 => {
                let (name, int) = (self.random.pick(&["i", "j"]), self.int(2));
                let operator = self.random.pick(&["=", "=", "+=", "-=", "*="]);
                self.line(depth, &format!("{name} {operator} {int}"));
            }
            4 => {
                let (name, text) = (self.random.pick(&["s", "t"]), self.text(2));
                let operator = self.random.pick(&["=", "=", "+="]);
                // Text that grows in a loop grows without end.
                let operator = if self.in_loop > 1 { "=" } else { operator };
                self.line(depth, &format!("{name} {operator} {text}"));
            }
            5 => {
                let (name, list) = (self.random.pick(&["l", "m"]), self.list(2));
                let operator = if self.in_loop > 0 { "=" } else { self.random.pick(&["=", "+="]) };
                self.line(depth, &format!("{name} {operator} {list}"));
            }
            6 => {
                let item = if self.random.next(2) == 0 { self.int(1) } else { self.text(1) };
                let name = self.random.pick(&["l", "m", "L"]);
                let change = match self.random.next(6) {
                    0 => format!("{name}.extend([{item}, 1])"),
                    1 => format!("{name}.insert(1, {item})"),
                    2 => format!("{name}.reverse()"),
                    3 => format!("if {name}: {name}.pop()"),
                    4 => format!("if {name}: {name}[0] = {item}"),
                    _ => format!("{name}.append({item})"),
                };
                self.line(depth, &change);
            }
            7 => {
                let (name, key, int) = (self.random.pick(&["d", "e", "D"]), self.text(1), self.int(1));
                let change = match self.random.next(5) {
                    0 => format!("{name}.setdefault({key}, {int})"),
                    1 => format!("{name}.pop({key}, None)"),
                    2 => format!("{name}.update(a={int})"),
                    3 => format!("op.x({name}.get({key}, {int}), list({name}.items()))"),
                    _ => format!("{name}[{key}] = {int}"),
                };
                self.line(depth, &change);
            }
            8 => {
                let pair = self.random.pick(&[
                    "i, j = j, i",
                    "l = m",
                    "d = e",
                    "s, *l = s, i, t",
                    "i, (s, t) = 1, ('u', 'v')",
                    "m = l[:]",
                    "e = dict(d)",
                ]);
                self.line(depth, pair);
            }
            9 => {
                let (int, text) = (self.int(1), self.text(1));
                let call = self.random.pick(&[
                    "f({i})",
                    "f({i}, {t})",
                    "f({i}, s={t})",
                    "f({i}, {t}, 1, 2, j=5, k={t})",
                    "f(*[{i}, {t}])",
                    "f(**{'i': {i}})",
                ]);
                let call = call.replace("{i}", &int).replace("{t}", &text);
                match self.in_function {
                    true => self.line(depth, &format!("t = g({int})")),
                    false => self.line(depth, &format!("i = {call}")),
                }
            }
            10 if self.in_loop > 0 => {
                let (test, way) = (self.test(), self.random.pick(&["break", "continue"]));
                self.line(depth, &format!("if {test}: {way}"));
            }
            11 => {
                let test = self.test();
                match (self.in_function, self.random.next(3)) {
                    (true, 0..2) => {
                        let int = self.int(1);
                        self.line(depth, &format!("if {test}: return {int}"));
                    }
                    (false, 0) => self.line(depth, &format!("if {test}: return")),
                    _ => self.line(depth, &format!("assert {test} or True")),
                }
            }
            12 | 13 => {
                let test = self.test();
                self.line(depth, &format!("if {test}:"));
                self.block(depth + 1, 3);
                if self.random.next(3) == 0 {
                    let test = self.test();
                    self.line(depth, &format!("elif {test}:"));
                    self.block(depth + 1, 2);
                }
                if self.random.next(2) == 0 {
                    self.line(depth, "else:");
                    self.block(depth + 1, 3);
                }
            }
            14 | 15 => {
                let head = self.loop_head();
                self.line(depth, &head);
                self.in_loop += 1;
                self.block(depth + 1, 3);
                self.in_loop -= 1;
                if self.random.next(4) == 0 {
                    self.line(depth, "else:");
                    self.block(depth + 1, 2);
                }
            }
            16 => self.attempt(depth),
            17 => {
                self.line(depth, "with op.b():");
                self.block(depth + 1, 2);
            }
            _ => {
                let text = self.text(2);
                self.line(depth, &format!("match {text}:"));
                self.line(depth + 1, "case 'ab' | 'c':");
                self.block(depth + 2, 2);
                self.line(depth + 1, "case other:");
                self.line(depth + 2, "op.x(other)");
            }
        }
    }

    /// What is tried raises for sure or not at all.
    fn attempt(&mut self, depth: usize) {
        self.line(depth, "try:");
        let int = self.random.next(9);
        self.line(depth + 1, &format!("i = {int}\n{}op.x(i)", "    ".repeat(depth + 1)));
        let raise = self.random.pick(&[
            "pass",
            "raise KeyError('k')",
            "{}['k']",
            "int('q')",
            "[][1]",
            "raise ValueError",
            "s = 'r'",
            "1 // 0",
        ]);
        self.line(depth + 1, raise);
        self.line(depth + 1, "op.x('after')");
        let class = self.random.pick(&[
            "KeyError",
            "LookupError",
            "(ValueError, KeyError)",
            "Exception",
            "ArithmeticError",
        ]);
        self.line(depth, &format!("except {class}:"));
        self.line(depth + 1, "op.x('caught', i)");
        self.block(depth + 1, 2);
        if self.random.next(3) == 0 {
            self.line(depth, "else:");
            self.line(depth + 1, "op.x('else')");
        }
        if self.random.next(3) == 0 {
            self.line(depth, "finally:");
            self.line(depth + 1, "op.x('finally')");
        }
    }

    fn loop_head(&mut self) -> String {
        let list = self.list(1);
        let known = [
            "for i in range(3):".to_owned(),
            "for s in ['x', 'y']:".to_owned(),
            format!("for s in [str(x) for x in {list}][:3]:"),
            "for s, i in list(D.items())[:3]:".to_owned(),
            "for i, s in enumerate('uv', 1):".to_owned(),
            "for s, t in zip('ab', ['c', 'd', 'e']):".to_owned(),
        ];
        match self.unknown && self.random.next(4) == 0 {
            true => self.random.pick(&["for j in op.it():", "while op.u():"]).to_owned(),
            false => known[self.random.next(known.len())].clone(),
        }
    }

    fn test(&mut self) -> String {
        if self.unknown && self.random.next(3) == 0 {
            return self
                .random
                .pick(&[
                    "op.u()",
                    "not op.u()",
                    "op.u() and i",
                    "j or op.u()",
                    "op.u() == 1",
                    "op.u() is None",
                ])
                .to_owned();
        }
        let (one, other, text, list) = (self.int(1), self.int(1), self.text(1), self.list(1));
        match self.random.next(8) {
            0 => format!("{one} < {other}"),
            1 => format!("{one} == {other} or {text} == s"),
            2 => format!("{one} in {list}"),
            3 => format!("{text}.startswith('a')"),
            4 => format!("not {list}"),
            5 => format!("{text} in D and {one} <= {other} <= 5"),
            6 => format!("isinstance({text}, str)"),
            _ => format!("any(x == 1 for x in {list})"),
        }
    }

    fn int(&mut self, depth: u32) -> String {
        if depth == 0 || self.random.next(3) == 0 {
            return self.random.pick(&["0", "1", "2", "5", "i", "j", "N", "-1"]).to_owned();
        }
        if self.unknown && self.random.next(14) == 0 {
            return "op.u()".to_owned();
        }
        let (one, other) = (self.int(depth - 1), self.int(depth - 1));
        match self.random.next(12) {
            0 => format!("({one} + {other})"),
            1 => format!("({one} - {other})"),
            2 => format!("({one} * {other} % 1000)"),
            3 => format!("({one} // 3)"),
            4 => format!("({one} % 4)"),
            5 => format!("len({})", self.list(depth - 1)),
            6 => format!("({one} if {} else {other})", self.int(depth - 1)),
            7 => format!("max({one}, {other})"),
            8 => format!("D.get({}, {one})", self.text(depth - 1)),
            9 => format!("({one} or {other})"),
            10 => format!("{}.count('a')", self.text(depth - 1)),
            _ => format!("sum(range({one} % 7))"),
        }
    }

    fn text(&mut self, depth: u32) -> String {
        if depth == 0 || self.random.next(3) == 0 {
            return self.random.pick(&["'a'", "'b'", "'x_y'", "s", "t", "T", "'a b'", "\"it's\""]).to_owned();
        }
        let (one, other) = (self.text(depth - 1), self.text(depth - 1));
        let int = self.int(depth - 1);
        match self.random.next(22) {
            0 => format!("({one} + {other})[:40]"),
            1 => format!("f'<{{{int}}}:{{{}}}>'", one.replace('\'', "\"").replace("\"it\"s\"", "t")),
            2 => format!("'%s-%s' % ({one}, {int})"),
            3 => format!("'{{}}/{{0}}'.replace('{{0}}', '{{}}').format({one}, {int})"),
            4 => format!("{one}.upper()"),
            5 => format!("{one}.title()"),
            6 => format!("{one}.replace('a', {other})[:40]"),
            7 => format!("{one}.strip('ab')"),
            8 => format!("', '.join([{one}, {other}])[:40]"),
            9 => format!("{one}[1:{int}]"),
            10 => format!("{one}[::-1]"),
            11 => format!("str({int})"),
            12 => format!("'-'.join(str(x) for x in {})", self.list(depth - 1)),
            13 => format!("({one} if {int} else {other})"),
            14 => format!("({one} or {other})"),
            15 => format!("{one}.partition('_')[2]"),
            16 => format!("repr({one})[:40]"),
            17 => format!("{one}.zfill(6)"),
            18 => format!("f'{{{int}:04d}}'"),
            19 => format!("'%(a)s %(b)5s' % {{'a': {one}, 'b': {other}}}"),
            20 => format!("{one}.split('_')[-1]"),
            _ => format!("{one}.ljust(4, '.')"),
        }
    }

    fn list(&mut self, depth: u32) -> String {
        if depth == 0 || self.random.next(3) == 0 {
            return self.random.pick(&["l", "m", "L", "[]", "[1, 1]", "['a', 2]"]).to_owned();
        }
        let (one, int, text) = (self.list(depth - 1), self.int(depth - 1), self.text(depth - 1));
        match self.random.next(12) {
            0 => format!("({one} + [{int}])[:9]"),
            1 => format!("[{text}, *{one}][:9]"),
            2 => format!("{one}[{int}:]"),
            3 => format!("{one}[::-1]"),
            4 => format!("[x for x in {one} if x != {int}]"),
            5 => format!("[(x, {text}) for x in {one}]"),
            6 => format!("sorted([{text}, 'm', 'b'])"),
            7 => format!("list(range({int} % 5))"),
            8 => format!("[{int}] * 2"),
            9 => format!("list({}.values())", self.random.pick(&["d", "e", "D"])),
            10 => format!("[y for x in (1, 2) for y in ({int}, x)]"),
            _ => format!("list(map(str, {one}))"),
        }
    }

    fn dict(&mut self, depth: u32) -> String {
        let (int, text) = (self.int(depth - 1), self.text(depth - 1));
        match self.random.next(6) {
            0 => "d".to_owned(),
            1 => format!("{{{text}: {int}, 'a': 1}}"),
            2 => format!("{{**D, 'a': {int}}}"),
            3 => format!("dict(k={int})"),
            4 => format!("{{k: v for k, v in D.items() if v != {int}}}"),
            _ => format!("dict(zip(['a', 'b'], [{int}, {text}]))"),
        }
    }
}
