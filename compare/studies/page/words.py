"""Terms of the page on a study, and what they mean."""

WORDS = (
    (
        "Yield",
        "The samples that pass at every place and corner, of all samples. Its interval is Wilson’s "
        "(J. Am. Stat. Assoc. 22:209, 1927): the fractions that the count does not contradict at "
        "95 % confidence. Runs that failed or are undecided do not pass.",
    ),
    (
        "Within tolerance",
        "The circuit’s figure and the designed model’s are no farther apart than allowed, the "
        "figure’s own uncertainty added. Where they are farther apart even if it is taken off, the "
        "run is outside; between the two it is undecided.",
    ),
    (
        "As designed, as built",
        "The designed model has the nominal values and follows the axes. As built, the model has "
        "the drawn values of the circuit beside it: if these two disagree, the circuit is not its "
        "equation, whatever its parts are.",
    ),
    (
        "Source",
        "One independent random variable: a part’s own spread (DEV in SPICE), or a deviation that "
        "several parts share (LOT). σ is the source’s own standard deviation.",
    ),
    (
        "To first order",
        "As if the figure followed each source in a straight line, so that the variances add: the "
        "law of propagation of uncertainty (JCGM 100:2008, § 5.1.2). Where the samples’ standard "
        "deviation is another, the figure is curved over the spread, or sources act together.",
    ),
    (
        "Standard errors",
        "How far another set of as many samples would have the number: of a standard deviation "
        "s√((κ − 1)/4n), with the samples’ own kurtosis κ (Cramér, Mathematical Methods of "
        "Statistics, 1946, § 27.4).",
    ),
)
