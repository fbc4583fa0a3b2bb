"""Glossaries as people have them: every good row is taken, every bad one is named."""

from glossaries import Entry, Glossary, Problem, Rendering, read

HEADER = "en,es\n"


def problems(glossary: Glossary) -> list[tuple[int, Problem, bool]]:
    return [(one.row, one.problem, one.is_taken) for one in glossary.bad_rows]


def terms(glossary: Glossary) -> dict[str, str]:
    return {one.source: next(iter(one.renderings.values())).text for one in glossary.entries}


def test_every_column_of_a_full_table_is_read() -> None:
    names = "en|en forms|es|es forms|forbidden (es)|say es|aliases|case sensitive|DNT|Comment"
    cells = (
        "treatment plant|treatment plants|depuradora|depuradoras; las depuradoras|"
        "planta de tratamiento|/depuɾaˈðoɾa/|treatment plan; treatment planned|no||water"
    )
    glossary = read(f"{names}\n{cells}\n".replace("|", "\t").encode())
    assert glossary.bad_rows == ()
    rendering = Rendering(
        "depuradora",
        ("depuradoras", "las depuradoras"),
        ("planta de tratamiento",),
        "/depuɾaˈðoɾa/",
    )
    (entry,) = glossary.entries
    assert entry == Entry(
        source_language="en",
        source="treatment plant",
        renderings={"es": rendering},
        forms=("treatment plants",),
        aliases=("treatment plan", "treatment planned"),
        note="water",
    )


def test_two_pasted_columns_need_only_their_languages() -> None:
    for sign in ("\t", ";", ",", " = ", " → ", " -> "):
        pasted = f"mayor{sign}alcaldesa\ntown hall{sign}ayuntamiento\n"
        glossary = read(pasted.encode(), "en", "es")
        assert glossary.bad_rows == (), sign
        assert terms(glossary) == {"mayor": "alcaldesa", "town hall": "ayuntamiento"}, sign


def test_two_columns_in_languages_that_nobody_names_are_refused_with_what_to_do() -> None:
    glossary = read(b"mayor;alcalde\n")
    assert problems(glossary) == [(0, Problem.NO_LANGUAGES, False)]
    assert glossary.entries == ()


def test_the_same_language_twice_is_refused() -> None:
    assert problems(read(b"source,target\na,b\n", "en", "en")) == [
        (0, Problem.SAME_LANGUAGE, False)
    ]


def test_many_columns_without_a_header_are_refused_with_an_example() -> None:
    glossary = read(b"mayor;alcalde;alcalde;maire\n", "en", "es")
    assert problems(glossary) == [(0, Problem.NO_HEADER, False)]
    assert "en, es, note" in glossary.bad_rows[0].sentence


def test_headers_in_other_languages_are_known() -> None:
    glossary = read(
        "Término;Inglés;Catalán;Prohibido (ca);No traducir;Notas\nx;y;z;w;;n\n".encode(), "es"
    )
    (entry,) = glossary.entries
    assert (entry.source_language, entry.source, entry.note) == ("es", "x", "n")
    assert entry.renderings == {"en": Rendering("y"), "ca": Rendering("z", forbidden=("w",))}


def test_regions_and_languages_by_name_are_read_as_tags() -> None:
    (entry,) = read(b"EN-US,Portuguese,zh_Hant\na,b,c\n").entries
    assert (entry.source_language, set(entry.renderings)) == ("en-US", {"pt", "zh-Hant"})


def test_the_forbidden_texts_of_the_only_target_need_no_language() -> None:
    (entry,) = read(b"en,es,avoid,say\nplant,planta,factoria,plan-ta\n").entries
    assert entry.renderings["es"] == Rendering("planta", (), ("factoria",), "plan-ta")


def test_a_column_without_its_language_and_an_unknown_one_are_left_out_and_named() -> None:
    glossary = read(b"en,es,fr,forbidden,id,Owner\nplant,planta,usine,x,7,Ana\n")
    assert problems(glossary) == [
        (1, Problem.COLUMN_WITHOUT_LANGUAGE, True),
        (1, Problem.COLUMN_UNKNOWN, True),
        (1, Problem.COLUMN_UNKNOWN, True),
    ]
    assert glossary.bad_rows[-1].sentence.startswith("The column “Owner”")
    assert len(glossary.entries) == 1


def test_every_bad_row_is_named_and_good_rows_are_taken() -> None:
    rows = [
        "good,bueno,",
        ",sin término,",
        "no rendering,,",
        "—,raya,",
        f"{'long ' * 50},largo,",
        "Hydra,,yes",
        "maybe,quizá,perhaps",
        "a,b,,too,many",
        "",
        "also good,también,no",
    ]
    glossary = read(("en,es,dnt\n" + "\n".join(rows)).encode())
    assert problems(glossary) == [
        (3, Problem.NO_TERM, False),
        (4, Problem.NO_RENDERING, False),
        (5, Problem.NO_LETTERS, False),
        (6, Problem.TOO_LONG, False),
        (8, Problem.NEITHER_YES_NOR_NO, False),
        (9, Problem.TOO_MANY_CELLS, False),
    ]
    assert [one.source for one in glossary.entries] == ["good", "Hydra", "also good"]
    assert glossary.entries[1].is_kept


def test_the_same_row_again_is_merged_and_another_rendering_is_reported() -> None:
    text = "en,es,fr\nmayor,alcalde,\nMayor,alcalde,maire\nmayor,alcaldesa,\n"
    glossary = read(text.encode())
    assert problems(glossary) == [(3, Problem.MERGED, True), (4, Problem.CONFLICT, False)]
    assert "row 2" in glossary.bad_rows[1].sentence
    (entry,) = glossary.entries
    assert entry.renderings == {"es": Rendering("alcalde"), "fr": Rendering("maire")}


def test_terms_that_differ_in_capitals_stay_two_where_case_counts() -> None:
    glossary = read(b"en,es,case\nTurkey,Turquia,yes\nturkey,pavo,\n")
    assert glossary.bad_rows == ()
    assert terms(glossary) == {"Turkey": "Turquia", "turkey": "pavo"}


def test_a_rendering_that_is_a_term_itself_goes_round_nowhere() -> None:
    glossary = read(b"en,es\nactual,real\nreal,actual\n")
    assert glossary.bad_rows == ()
    assert len(glossary.entries) == 2


def test_terms_that_are_heard_as_each_other_stay_terms() -> None:
    glossary = read(b"en,es,aliases\nplan,plan,plant|plann\nplant,planta,plan\n")
    assert problems(glossary) == [
        (2, Problem.ALIAS_IS_TERM, True),
        (3, Problem.ALIAS_IS_TERM, True),
    ]
    assert [one.aliases for one in glossary.entries] == [("plann",), ()]


def test_what_forbids_its_own_rendering_is_reported() -> None:
    text = "en,es,avoid\nplant,planta,Planta\ntreatment plant,planta depuradora,planta|fabrica\n"
    glossary = read(text.encode())
    assert problems(glossary) == [
        (2, Problem.FORBIDS_ITSELF, False),
        (3, Problem.FORBIDS_PART, True),
    ]
    assert glossary.entries[0].renderings["es"].forbidden == ("fabrica",)


def test_formulas_and_html_are_text() -> None:
    text = 'en,es,note\n=1+1,\'=SUM(A1),<script>alert("x")</script>\n@home,-casa,+\n'
    first, second = read(text.encode()).entries
    assert (first.source, first.renderings["es"].text) == ("=1+1", "=SUM(A1)")
    assert first.note == '<script>alert("x")</script>'
    assert (second.source, second.renderings["es"].text) == ("@home", "-casa")


def test_a_first_cell_in_html_makes_no_xml_of_a_table() -> None:
    assert terms(read(b"<b>mayor</b>\talcalde\n", "en", "es")) == {"<b>mayor</b>": "alcalde"}


def test_letters_that_nobody_sees_are_left_out() -> None:
    text = "en,es\n may\u00ador \u202e,al\u200bcalde\u00a0mayor\n"
    assert terms(read(text.encode())) == {"mayor": "alcalde mayor"}


def test_a_quotation_mark_that_is_not_closed_costs_no_other_row() -> None:
    glossary = read(b'en,es\n"mayor,alcalde\ntown,villa\n"a ""good"" one","uno, bueno"\n')
    assert (2, Problem.QUOTE, True) in problems(glossary)
    assert terms(glossary)["town"] == "villa"
    assert terms(glossary)['a "good" one'] == "uno, bueno"


def test_a_cell_may_have_several_lines_and_excel_may_name_its_separator() -> None:
    glossary = read(b'sep=;\r\nen;es;note\r\nmayor;alcalde;"two\r\nlines"\r\n;x;\r\n')
    assert glossary.entries[0].note == "two lines"
    assert problems(glossary) == [(4, Problem.NO_TERM, False)]


def test_a_table_whose_rows_have_terms_in_different_languages() -> None:
    glossary = read(b"en,es,fr\nmayor,alcalde,\n,alguacil,huissier\n")
    assert [one.source_language for one in glossary.entries] == ["en", "es"]
    assert glossary.entries[1].renderings == {"fr": Rendering("huissier")}


def test_a_rendering_that_nobody_would_see_is_none() -> None:
    glossary = read("en,es\nmayor,\u202e\n".encode())
    assert problems(glossary) == [(2, Problem.NO_RENDERING, False)]


def test_a_term_that_is_a_common_word_is_taken_and_said() -> None:
    data = b"en,es\nIT,TI\nIT department,departamento de TI\nmotion,moci\xc3\xb3n\n"
    glossary = read(data, is_common=lambda text, language: (text, language) == ("IT", "en"))
    assert len(glossary.entries) == 3
    assert [(one.row, one.problem, one.is_taken) for one in glossary.bad_rows] == [
        (2, Problem.COMMON_WORD, True)
    ]
