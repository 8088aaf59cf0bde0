"""Plausible invented texts in four languages, as many distinct ones as wanted, repeatable by their number."""

from __future__ import annotations

import random
from dataclasses import dataclass

from iso_portal.core.scripts import to_cyrillic


@dataclass(frozen=True, kw_only=True)
class Trade:
    """A line of business: its main class and things it makes or does, one list a language."""

    nace: str
    en: tuple[str, ...]
    de: tuple[str, ...]
    sq: tuple[str, ...]
    sr: tuple[str, ...]


TRADES = (
    Trade(nace="25.11", en=("steel halls", "stairs and platforms", "welded frames", "railings"), de=("Stahlhallen", "Treppen und Podeste", "geschweißte Rahmen", "Geländer"), sq=("halla çeliku", "shkallë dhe platforma", "korniza të salduara", "parmakë"), sr=("čelične hale", "stepenice i platforme", "zavareni ramovi", "ograde")),
    Trade(nace="16.23", en=("wooden doors", "windows", "roof trusses", "parquet"), de=("Holztüren", "Fenster", "Dachstühle", "Parkett"), sq=("dyer druri", "dritare", "konstruksione çatie", "parket"), sr=("drvena vrata", "prozori", "krovne konstrukcije", "parket")),
    Trade(nace="31.09", en=("beds", "kitchen furniture", "school desks", "upholstered chairs"), de=("Betten", "Küchenmöbel", "Schulbänke", "Polsterstühle"), sq=("shtretër", "mobilie kuzhine", "banka shkollore", "karrige të tapicuara"), sr=("kreveti", "kuhinjski nameštaj", "školske klupe", "tapacirane stolice")),
    Trade(nace="10.39", en=("frozen raspberries", "ajvar", "dried mushrooms", "fruit juice"), de=("gefrorene Himbeeren", "Ajvar", "getrocknete Pilze", "Fruchtsaft"), sq=("mjedra të ngrira", "ajvar", "kërpudha të thata", "lëng frutash"), sr=("smrznute maline", "ajvar", "sušene pečurke", "voćni sok")),
    Trade(nace="10.51", en=("white cheese", "yoghurt", "kashkaval", "cream"), de=("Weißkäse", "Joghurt", "Kaschkawal", "Rahm"), sq=("djathë i bardhë", "kos", "kaçkavall", "ajkë"), sr=("beli sir", "jogurt", "kačkavalj", "kajmak")),
    Trade(nace="14.13", en=("work clothes", "uniforms", "jackets", "school clothes"), de=("Arbeitskleidung", "Uniformen", "Jacken", "Schulkleidung"), sq=("rroba pune", "uniforma", "jakne", "veshje shkollore"), sr=("radna odeća", "uniforme", "jakne", "školska odeća")),
    Trade(nace="15.20", en=("leather shoes", "safety boots", "insoles", "sandals"), de=("Lederschuhe", "Sicherheitsstiefel", "Einlegesohlen", "Sandalen"), sq=("këpucë lëkure", "çizme sigurie", "shtroja", "sandale"), sr=("kožne cipele", "zaštitne čizme", "ulošci", "sandale")),
    Trade(nace="27.12", en=("switchboards", "cable harnesses", "control cabinets", "transformers"), de=("Schaltanlagen", "Kabelbäume", "Schaltschränke", "Transformatoren"), sq=("panele elektrike", "tufa kabllosh", "dollapë komandimi", "transformatorë"), sr=("razvodni ormani", "kablovski snopovi", "komandni ormani", "transformatori")),
    Trade(nace="62.01", en=("web applications", "mobile applications", "data processing", "3D models"), de=("Webanwendungen", "mobile Anwendungen", "Datenverarbeitung", "3D-Modelle"), sq=("aplikacione ueb", "aplikacione mobile", "përpunim të dhënash", "modele 3D"), sr=("veb aplikacije", "mobilne aplikacije", "obrada podataka", "3D modeli")),
    Trade(nace="82.20", en=("customer service by phone", "order taking", "technical help", "chat support"), de=("Kundendienst am Telefon", "Bestellannahme", "technische Hilfe", "Chat-Betreuung"), sq=("shërbim klientësh me telefon", "pranim porosish", "ndihmë teknike", "mbështetje me bisedë"), sr=("telefonska podrška kupcima", "prijem porudžbina", "tehnička pomoć", "podrška putem četa")),
    Trade(nace="49.41", en=("road haulage", "refrigerated transport", "groupage", "heavy loads"), de=("Güterverkehr", "Kühltransporte", "Stückgut", "Schwertransporte"), sq=("transport rrugor", "transport me ftohje", "ngarkesa të përbashkëta", "ngarkesa të rënda"), sr=("drumski prevoz", "prevoz sa hlađenjem", "zbirni prevoz", "teški tereti")),
    Trade(nace="43.21", en=("electrical installation", "solar systems", "lighting", "charging points"), de=("Elektroinstallation", "Solaranlagen", "Beleuchtung", "Ladepunkte"), sq=("instalime elektrike", "sisteme solare", "ndriçim", "pika karikimi"), sr=("električne instalacije", "solarni sistemi", "rasveta", "punjači")),
    Trade(nace="23.61", en=("paving stones", "concrete blocks", "kerbs", "prefabricated stairs"), de=("Pflastersteine", "Betonblöcke", "Bordsteine", "Fertigtreppen"), sq=("pllaka trotuari", "blloqe betoni", "bordura", "shkallë të parafabrikuara"), sr=("behaton ploče", "betonski blokovi", "ivičnjaci", "montažne stepenice")),
    Trade(nace="38.32", en=("sorted plastic flakes", "scrap metal", "paper bales", "rubber granulate"), de=("sortierte Kunststoffflocken", "Schrott", "Papierballen", "Gummigranulat"), sq=("flakë plastike të sortuara", "skrap metali", "balla letre", "granulat gome"), sr=("sortirani plastični listići", "otpadni metal", "bale papira", "gumeni granulat")),
    Trade(nace="55.10", en=("rooms with breakfast", "conference days", "guided walks", "boat trips"), de=("Zimmer mit Frühstück", "Tagungen", "geführte Wanderungen", "Bootsfahrten"), sq=("dhoma me mëngjes", "ditë konferencash", "shëtitje me udhërrëfyes", "shëtitje me varkë"), sr=("sobe sa doručkom", "konferencije", "vođene šetnje", "vožnje čamcem")),
    Trade(nace="01.25", en=("raspberries", "blueberries", "strawberries", "walnuts"), de=("Himbeeren", "Heidelbeeren", "Erdbeeren", "Walnüsse"), sq=("mjedra", "boronica", "dredhëza", "arra"), sr=("maline", "borovnice", "jagode", "orasi")),
)  # fmt: skip

FRAMES = {
    "en": ("We make {a}, {b} and {c}. The workshop of {area} m² employs {people} people and delivers {volume} a month. We have worked since {year} and look for steady orders.",
           "{people} people of our firm supply {a} and {b}; since {year} also {c}. On {area} m² we reach {volume} a month and can add a second shift."),
    "de": ("Wir fertigen {a}, {b} und {c}. Auf {area} m² arbeiten {people} Menschen und liefern {volume} im Monat. Uns gibt es seit {year}, wir suchen stetige Aufträge.",),
    "sq": ("Prodhojmë {a}, {b} dhe {c}. Punishtja prej {area} m² ka {people} punëtorë dhe jep {volume} në muaj. Punojmë që nga viti {year} dhe kërkojmë porosi të qëndrueshme.",
           "Firma jonë me {people} punëtorë furnizon {a} dhe {b}, ndërsa nga viti {year} edhe {c}. Në {area} m² arrijmë {volume} në muaj dhe mund të shtojmë një ndërrim."),
    "sr": ("Proizvodimo {a}, {b} i {c}. Radionica od {area} m² zapošljava {people} ljudi i isporučuje {volume} mesečno. Radimo od {year}. godine i tražimo stalne porudžbine.",
           "Naša firma sa {people} zaposlenih nudi {a} i {b}, a od {year}. godine i {c}. Na {area} m² stižemo do {volume} mesečno i možemo da dodamo drugu smenu."),
}  # fmt: skip
ASKED = {
    "en": ("We look for a partner in the region for {a} and {b}, about {volume} a month to begin with. Quality papers and punctual delivery matter to us; a visit is possible from {month} on.",
           "Our company plans to source {a} from the region and may later invest in a line of its own. We need {volume} a month and a team that speaks English. Please name firms we could visit in {month}."),
    "de": ("Wir suchen einen Partner in der Region für {a} und {b}, zunächst etwa {volume} im Monat. Wichtig sind Nachweise der Qualität und pünktliche Lieferung; ein Besuch ist ab {month} möglich.",),
    "sq": ("Kërkojmë partner në rajon për {a} dhe {b}, për fillim rreth {volume} në muaj. Na duhen dëshmi të cilësisë dhe dërgesa me kohë; mund të vijmë për vizitë nga muaji {month}.",),
    "sr": ("Tražimo partnera u regionu za {a} i {b}, za početak oko {volume} mesečno. Važni su nam dokazi o kvalitetu i isporuka na vreme; u posetu možemo da dođemo od meseca {month}.",),
}  # fmt: skip
MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
    "sq": "janar shkurt mars prill maj qershor korrik gusht shtator tetor nëntor dhjetor".split(),
    "sr": "januar februar mart april maj jun jul avgust septembar oktobar novembar decembar".split(),
}
PIECES = {"en": "pieces", "de": "Stück", "sq": "copë", "sr": "komada"}


@dataclass(frozen=True, kw_only=True)
class Text:
    """A description with the products it names, in the stored language code, and its trade."""

    language: str
    description: str
    products: tuple[str, ...]
    trade: Trade


def business_text(chance: random.Random, *, language: str) -> Text:
    """Return an invented firm's own words. language: sq, sr_latn or sr_cyrl."""
    return _text(chance, language, FRAMES)


def inquiry_text(chance: random.Random, *, language: str) -> Text:
    """Return an invented investor's words. language: en, de, sq, sr_latn or sr_cyrl."""
    return _text(chance, language, ASKED)


def _text(chance: random.Random, language: str, frames: dict[str, tuple[str, ...]]) -> Text:
    spoken = "sr" if language.startswith("sr") else language
    trade = chance.choice(TRADES)
    products = chance.sample(getattr(trade, spoken), 3)
    volume = chance.randrange(20, 9000)
    filled = chance.choice(frames[spoken]).format(
        a=products[0],
        b=products[1],
        c=products[2],
        area=chance.randrange(120, 4800, 10),
        people=chance.randrange(3, 180),
        volume=f"{volume} {PIECES[spoken]}",
        year=chance.randrange(1992, 2025),
        month=chance.choice(MONTHS[spoken]),
    )
    if language == "sr_cyrl":
        return Text(
            language=language, description=to_cyrillic(filled), products=tuple(map(to_cyrillic, products)), trade=trade
        )
    return Text(language=language, description=filled, products=tuple(products), trade=trade)
