#ifndef CREPRISE_H
#define CREPRISE_H
#endif
