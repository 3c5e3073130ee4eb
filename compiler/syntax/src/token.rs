//! The kinds of token: one table, from which texts, keywords and classes are derived.
//!
//! Takes nothing, gives [`TokenKind`]. The lexer and the parser must not know a spelling that is not here.

/// Declares [`TokenKind`] from the four lists below, with their spellings.
macro_rules! token_kinds {
    (
        trivia { $($(#[$trivia_doc:meta])* $trivia:ident,)* }
        varying { $($(#[$varying_doc:meta])* $varying:ident = $describe:literal,)* }
        punctuation { $($punct:ident = $punct_text:literal,)* }
        keywords { $($keyword:ident = $keyword_text:literal,)* }
        contextual { $($contextual:ident = $contextual_text:literal,)* }
    ) => {
        /// What a token is. Trivia are tokens too, so that the tokens of a file concatenate to its text.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum TokenKind {
            $($(#[$trivia_doc])* $trivia,)*
            $($(#[$varying_doc])* $varying,)*
            $(#[doc = concat!("`", $punct_text, "`")] $punct,)*
            $(#[doc = concat!("`", $keyword_text, "`")] $keyword,)*
            $(#[doc = concat!("`", $contextual_text, "`, where the parser takes it as a keyword")] $contextual,)*
        }

        impl TokenKind {
            /// Every kind, in the order of the table.
            pub const ALL: &[Self] = &[
                $(Self::$trivia,)* $(Self::$varying,)* $(Self::$punct,)* $(Self::$keyword,)* $(Self::$contextual,)*
            ];

            /// White space and comments.
            pub fn is_trivia(self) -> bool {
                matches!(self, $(Self::$trivia)|*)
            }

            /// A hard keyword: never an identifier, except where the language says that any keyword is one.
            pub fn is_keyword(self) -> bool {
                matches!(self, $(Self::$keyword)|*)
            }

            /// The spelling of a kind that has only one.
            pub fn text(self) -> Option<&'static str> {
                match self {
                    $(Self::$trivia)|* => None,
                    $(Self::$varying)|* => None,
                    $(Self::$punct => Some($punct_text),)*
                    $(Self::$keyword => Some($keyword_text),)*
                    $(Self::$contextual => Some($contextual_text),)*
                }
            }

            /// As messages name it: `` `;` `` or `a name`.
            pub fn describe(self) -> &'static str {
                match self {
                    $(Self::$trivia => "white space or a comment",)*
                    $(Self::$varying => $describe,)*
                    $(Self::$punct => concat!("`", $punct_text, "`"),)*
                    $(Self::$keyword => concat!("`", $keyword_text, "`"),)*
                    $(Self::$contextual => concat!("`", $contextual_text, "`"),)*
                }
            }

            /// The hard keyword spelled `text`.
            pub fn keyword(text: &str) -> Option<Self> {
                match text {
                    $($keyword_text => Some(Self::$keyword),)*
                    _ => None,
                }
            }
        }
    };
}

token_kinds! {
    trivia {
        Whitespace,
        /// `// …`, without its line break; also `#!…` in the first line of a file.
        LineComment,
        /// `/* … */`, which nests.
        BlockComment,
        /// `/// …`: documents the item that follows.
        DocComment,
        /// `//! …`: documents the module it stands in.
        ModuleDocComment,
        /// What stands in the body of a function or test that is not read: see [`crate::parse_outline`].
        Skipped,
    }
    varying {
        /// The end of the text. Only the parser sees it; no file holds one.
        Eof = "the end of the file",
        /// A name, in backticks or not.
        Ident = "a name",
        /// `'outer`.
        Label = "a label",
        /// `1_000`, `0xFF`, `10u8`.
        IntLit = "a number",
        /// `1.5`, `1e9`, `1.5f32`.
        FloatLit = "a number",
        /// `'a'`.
        CharLit = "a character",
        /// `b'a'`.
        ByteLit = "a byte",
        /// `"text"` and `"""text"""`.
        StrLit = "a string",
        /// `r"raw"` and `r#"raw"#`.
        RawStrLit = "a string",
        /// `b"bytes"`.
        ByteStrLit = "a byte string",
        /// `c"text"`.
        CStrLit = "a C string",
        /// `f"` or `f"""`, which opens an f-string.
        FStrStart = "an f-string",
        /// Text between the interpolations of an f-string.
        FStrText = "the text of an f-string",
        /// `{`, which opens an interpolation.
        FStrOpen = "`{`",
        /// `:`, which ends an interpolation's expression and starts its format.
        FStrColon = "`:`",
        /// The format of an interpolation: the text after its `:`.
        FStrSpec = "a format",
        /// `}`, which closes an interpolation.
        FStrClose = "`}`",
        /// The quote or quotes that close an f-string.
        FStrEnd = "the end of an f-string",
        /// A character, or a run of them, that starts no token.
        Unknown = "an unknown character",
    }
    punctuation {
        LParen = "(", RParen = ")", LBracket = "[", RBracket = "]", LBrace = "{", RBrace = "}",
        Comma = ",", Semicolon = ";", Colon = ":", ColonColon = "::",
        Dot = ".", DotDot = "..", DotDotEq = "..=", DotDotDot = "...",
        Arrow = "->", FatArrow = "=>", At = "@", Hash = "#", Dollar = "$", Underscore = "_",
        Question = "?", QuestionDot = "?.", QuestionQuestion = "??",
        Bang = "!", Tilde = "~",
        Plus = "+", Minus = "-", Star = "*", Slash = "/", Percent = "%",
        PlusPercent = "+%", MinusPercent = "-%", StarPercent = "*%", PlusPipe = "+|", MinusPipe = "-|",
        Amp = "&", Pipe = "|", Caret = "^", Shl = "<<", Shr = ">>", AmpAmp = "&&", PipePipe = "||",
        EqEq = "==", BangEq = "!=", Lt = "<", LtEq = "<=", Gt = ">", GtEq = ">=",
        Eq = "=", PlusEq = "+=", MinusEq = "-=", StarEq = "*=", SlashEq = "/=", PercentEq = "%=",
        PlusPercentEq = "+%=", MinusPercentEq = "-%=", StarPercentEq = "*%=", PlusPipeEq = "+|=", MinusPipeEq = "-|=",
        AmpEq = "&=", PipeEq = "|=", CaretEq = "^=", ShlEq = "<<=", ShrEq = ">>=",
    }
    keywords {
        AsKw = "as", BreakKw = "break", CatchKw = "catch", ConstKw = "const", ContinueKw = "continue",
        DeferKw = "defer", DynKw = "dyn", ElseKw = "else", EnumKw = "enum", ErrdeferKw = "errdefer",
        ExternKw = "extern", FalseKw = "false", FnKw = "fn", ForKw = "for", IfKw = "if", ImplKw = "impl",
        ImportKw = "import", InKw = "in", InlineKw = "inline", LetKw = "let", LoopKw = "loop", MatchKw = "match",
        ModKw = "mod", MoveKw = "move", MutKw = "mut", PubKw = "pub", ReturnKw = "return", SelfKw = "self",
        SelfTypeKw = "Self", StaticKw = "static", StructKw = "struct", ThrowKw = "throw", TraitKw = "trait",
        TrueKw = "true", TryKw = "try", TypeKw = "type", UnionKw = "union", UnsafeKw = "unsafe", VarKw = "var",
        WhereKw = "where", WhileKw = "while",
    }
    contextual {
        TestKw = "test", CKw = "c", ExportKw = "export", ViewKw = "view", OwnKw = "own", AnyKw = "any",
        PlaceKw = "place", NoneKw = "none", NullKw = "null",
    }
}

impl TokenKind {
    /// A string literal without interpolations whose value is text: what headers, ABIs and tests are named by.
    pub fn is_text_literal(self) -> bool {
        matches!(self, Self::StrLit | Self::RawStrLit)
    }

    /// A literal token, `true` and `false` included, f-strings not.
    pub fn is_literal(self) -> bool {
        matches!(
            self,
            Self::IntLit
                | Self::FloatLit
                | Self::CharLit
                | Self::ByteLit
                | Self::StrLit
                | Self::RawStrLit
                | Self::ByteStrLit
                | Self::CStrLit
                | Self::TrueKw
                | Self::FalseKw
                | Self::NoneKw
                | Self::NullKw
        )
    }

    /// `=` and the compound assignments.
    pub fn is_assignment(self) -> bool {
        (Self::Eq..=Self::ShrEq).contains(&self)
    }
}
