/** The text of the demo. */
export const chapters = [
  {
    title: 'A shop that asks first',
    paragraphs: [
      'On the corner of the market square there is a shop that sells maps. When you come in, nobody writes down ' +
        'your name. The keeper looks up, nods, and goes on with the folding. You may look at everything for as ' +
        'long as you like.',
      'If you stay for a while, the keeper asks one question: whether it is all right to remember what you ' +
        'liked. Some say yes, some say no, and some say that they will think about it. All three get the same maps ' +
        'at the same price.',
      'What is remarkable is what happens before the question. The keeper has a good memory and does not use it. ' +
        'What was said before the answer is held in the air between two people, and if the answer is no, it is ' +
        'gone, as if it had never been said.',
    ],
  },
  {
    title: 'What waiting means',
    paragraphs: [
      "To wait is not to write in pencil. A pencil note is a note. The keeper's rule is stricter: until there is " +
        'an answer, there is no paper on the counter at all, no drawer is opened to see whether an old note lies ' +
        'in it, and the boy who carries letters stays in his chair.',
      'Of course a few things are said in the meantime. A visitor points at a map of the coast and asks how old ' +
        'it is. Should the answer to the question be yes, the keeper knows when that was asked and in front of ' +
        'which shelf. It is told in the order in which it happened, with its own time, and not with the time of ' +
        'the answer.',
      'There is room for about a hundred such things. When more is said, the oldest is let go, unless the ' +
        'visitor has called it important. A memory without a limit would be another kind of paper.',
    ],
  },
  {
    title: 'Yes',
    paragraphs: [
      'When the answer is yes, the drawer is opened for the first time. If there is a note of an earlier visit, ' +
        'its number is used again; if not, a new number is drawn. The boy gets up. Within the twentieth part of a ' +
        'second what was said lies on paper, so that even a fire in the shop would not lose it.',
      'The letters do not go one by one. The boy takes what fits into his bag, and when the door of the office ' +
        'is shut he comes back and waits a little, and then a little longer, and never stands there knocking. When ' +
        'they tell him at the window to come back in an hour, he comes back in an hour.',
      'Each letter has a number of its own. Should it get lost on the way back whether a letter had arrived, it ' +
        'is simply sent again, and the office throws the second one away. Nothing is lost, and nothing is counted ' +
        'twice.',
    ],
  },
  {
    title: 'No',
    paragraphs: [
      'When the answer is no, what hung in the air is gone. It is not put aside for a better day. The keeper ' +
        'knows how many things were not remembered, because that is a number and not a memory, and can say so to ' +
        'the owner of the shop.',
      'And when somebody who said yes comes back and says no, the drawer is emptied while they watch. The ' +
        'letters that are not sent yet are burnt. The boy who is on his way already is not sent again. The number ' +
        'is forgotten; should there ever be a yes again, it will be a new one.',
      'The shop has several rooms, and in some of them the same visitor is talking to another keeper. Within a ' +
        'second they all know. Nobody has to go out and come in again for that.',
    ],
  },
  {
    title: 'How far people read',
    paragraphs: [
      'This text is long for a reason. Beside it there is a ruler, and at a quarter, at the half, at three ' +
        'quarters and at the end there are marks. Each lights up once, and only because you scrolled: what fits on ' +
        'the first screen has been shown to you, but you have not read towards it.',
      'If you jump to the end with a single key, all the marks light up, and the events say that it was a jump. ' +
        'If a script moves the text, or the browser puts it back to where it was yesterday, no mark lights up at ' +
        'all.',
      'The ruler begins again with a new page view. Press the button for a page call, scroll a little, and see.',
    ],
  },
  {
    title: 'The end of the text',
    paragraphs: [
      'Whoever reaches this line has reached the whole of it. The last mark allows for a few pixels, since ' +
        'zoomed pages seldom end where the arithmetic says they do.',
      'If you have not answered the question yet, the marks that you have lit are among the things that hang in ' +
        'the air. They are yours to release or to destroy.',
    ],
  },
]
