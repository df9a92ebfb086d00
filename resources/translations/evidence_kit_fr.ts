<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr_FR">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About</source>
        <translation>À propos</translation>
    </message>
    <message>
        <source>Version {version}</source>
        <translation>Version {version}</translation>
    </message>
    <message>
        <source>Records what is online on your own computer, so that police, lawyers and courts can check it later. Changes leave traces; that is what timestamps and digests are for. Nothing is uploaded.</source>
        <translation>Enregistre sur votre propre ordinateur ce qui est en ligne, pour que la police, les avocats et les tribunaux puissent le vérifier plus tard. Une modification laisse des traces : c’est à cela que servent l’horodatage et les empreintes. Rien n’est envoyé.</translation>
    </message>
    <message>
        <source>Free software under the GNU General Public License, version 3 or later, without any warranty. It uses Qt and PySide6 (LGPL), Playwright and Chromium, pyHanko, cryptography, SQLCipher, age, Pillow and others, each under its own licence; they come with the program.</source>
        <translation>Logiciel libre sous licence publique générale GNU, version 3 ou ultérieure, sans aucune garantie. Il utilise Qt et PySide6 (LGPL), Playwright et Chromium, pyHanko, cryptography, SQLCipher, age, Pillow et d’autres, chacun sous sa propre licence ; elles accompagnent le programme.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
</context>
<context>
    <name>AddAuthorityDialog</name>
    <message>
        <source>Only with the operator&apos;s root certificate can its timestamps be checked. Take it from the operator itself.</source>
        <translation>Seul le certificat racine de l’exploitant permet de vérifier ses horodatages. Prenez-le chez l’exploitant lui-même.</translation>
    </message>
    <message>
        <source>Add an authority</source>
        <translation>Ajouter une autorité</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Ajouter</translation>
    </message>
    <message>
        <source>Short name</source>
        <translation>Nom court</translation>
    </message>
    <message>
        <source>small letters, digits and hyphens</source>
        <translation>minuscules, chiffres et traits d’union</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Root certificate</source>
        <translation>Certificat racine</translation>
    </message>
    <message>
        <source>Certificates</source>
        <translation>Certificats</translation>
    </message>
    <message>
        <source>Operator</source>
        <translation>Exploitant</translation>
    </message>
    <message>
        <source>Country</source>
        <translation>Pays</translation>
    </message>
    <message>
        <source>for example FR</source>
        <translation>par exemple FR</translation>
    </message>
    <message>
        <source>User name of the account</source>
        <translation>Nom d’utilisateur du compte</translation>
    </message>
    <message>
        <source>Password of the account</source>
        <translation>Mot de passe du compte</translation>
    </message>
    <message>
        <source>Root certificate (PEM or DER)</source>
        <translation>Certificat racine (PEM ou DER)</translation>
    </message>
    <message>
        <source>Operator, if you like</source>
        <translation>Exploitant, si vous voulez</translation>
    </message>
    <message>
        <source>User name, if it asks for an account</source>
        <translation>Nom d’utilisateur, si elle demande un compte</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Mot de passe</translation>
    </message>
    <message>
        <source>The password is kept in this vault alone and only sent over https.</source>
        <translation>Le mot de passe n’est gardé que dans ce coffre et n’est envoyé que par https.</translation>
    </message>
    <message>
        <source>Adding it</source>
        <translation>Ajout en cours</translation>
    </message>
</context>
<context>
    <name>AddressesDialog</name>
    <message>
        <source>Several addresses</source>
        <translation>Plusieurs adresses</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Continuer</translation>
    </message>
    <message>
        <source>Addresses, one per line</source>
        <translation>Adresses, une par ligne</translation>
    </message>
    <message>
        <source>From a file…</source>
        <translation>Depuis un fichier…</translation>
    </message>
    <message>
        <source>All pages of this thread</source>
        <translation>Toutes les pages de ce fil</translation>
    </message>
    <message>
        <source>Found by the page numbers of the forum</source>
        <translation>Trouvées par les numéros de page du forum</translation>
    </message>
    <message>
        <source>For a forum: the other pages are found by its page numbers, on the same site and in the same thread only, 100 pages at most.</source>
        <translation>Pour un forum : les autres pages sont trouvées par ses numéros de page, sur le même site et dans le même fil seulement, 100 pages au plus.</translation>
    </message>
    <message>
        <source>Addresses: {count}</source>
        <translation>Adresses : {count}</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>et {count} de plus</translation>
    </message>
    <message>
        <source>Choose a file with addresses</source>
        <translation>Choisir un fichier d’adresses</translation>
    </message>
    <message>
        <source>This file cannot be read as text. It should hold one address per line.</source>
        <translation>Ce fichier ne peut pas être lu comme du texte. Il doit contenir une adresse par ligne.</translation>
    </message>
    <message>
        <source>Address {number}: {why}</source>
        <translation>Adresse {number} : {why}</translation>
    </message>
    <message>
        <source>On any of these pages: could anyone shown there be under 18, or have been when the picture was taken?</source>
        <translation>Sur l’une ou l’autre de ces pages : une personne montrée pourrait-elle avoir moins de 18 ans, ou les avoir eus quand l’image a été prise ?</translation>
    </message>
    <message>
        <source>All are adults, on each of these pages and on every further page of the thread?</source>
        <translation>Toutes sont adultes, sur chacune de ces pages et sur toutes les autres pages du fil ?</translation>
    </message>
    <message>
        <source>All are adults, on each of these pages?</source>
        <translation>Toutes sont adultes, sur chacune de ces pages ?</translation>
    </message>
    <message>
        <source>The answer holds for every page of the list, also for those that you have not looked at: each is recorded with its pictures. If you are not sure of one of them, go back and choose another answer.</source>
        <translation>La réponse vaut pour toutes les pages de la liste, y compris celles que vous n’avez pas regardées : chacune est enregistrée avec ses images. Si vous avez un doute sur l’une d’elles, revenez en arrière et choisissez une autre réponse.</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Retour</translation>
    </message>
    <message>
        <source>Yes, on every page</source>
        <translation>Oui, sur toutes les pages</translation>
    </message>
</context>
<context>
    <name>Authorities</name>
    <message>
        <source>{name} gave no good timestamp ({seconds} s). {why}</source>
        <translation>{name} n’a pas donné de bon horodatage ({seconds} s). {why}</translation>
    </message>
    <message>
        <source>{name} answered in {seconds} s with a good timestamp of {time}, signed by {signer}, policy {policy}.</source>
        <translation>{name} a répondu en {seconds} s par un bon horodatage du {time}, signé par {signer}, politique {policy}.</translation>
    </message>
</context>
<context>
    <name>AuthoritiesDialog</name>
    <message>
        <source>Timestamp authorities</source>
        <translation>Autorités d’horodatage</translation>
    </message>
    <message>
        <source>They sign the digest of each exhibit with the time, and never see its content. Those with a number are asked; two of different operators are better than one. What you change here holds for every vault.</source>
        <translation>Elles signent l’empreinte de chaque pièce avec l’heure, et n’en voient jamais le contenu. Celles qui portent un numéro sont interrogées ; deux d’exploitants différents valent mieux qu’une. Ce que vous changez ici vaut pour tous les coffres.</translation>
    </message>
    <message>
        <source>Authorities</source>
        <translation>Autorités</translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation>M&amp;onter</translation>
    </message>
    <message>
        <source>Move &amp;down</source>
        <translation>&amp;Descendre</translation>
    </message>
    <message>
        <source>&amp;Ask it</source>
        <translation>&amp;Interroger</translation>
    </message>
    <message>
        <source>&amp;Test</source>
        <translation>&amp;Tester</translation>
    </message>
    <message>
        <source>&amp;Remove…</source>
        <translation>&amp;Retirer…</translation>
    </message>
    <message>
        <source>Looking …</source>
        <translation>Recherche…</translation>
    </message>
    <message>
        <source>What came of it</source>
        <translation>Ce qui en est résulté</translation>
    </message>
    <message>
        <source>Add an authority…</source>
        <translation>Ajouter une autorité…</translation>
    </message>
    <message>
        <source>&amp;Import a trusted list…</source>
        <translation>Importer une &amp;liste de confiance…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>{territory}, number {number} of {date}</source>
        <translation>{territory}, numéro {number} du {date}</translation>
    </message>
    <message>
        <source>EU trusted lists in this vault: {lists}.</source>
        <translation>Listes de confiance européennes dans ce coffre : {lists}.</translation>
    </message>
    <message>
        <source>No EU trusted list is in this vault, so no timestamp is shown as qualified.</source>
        <translation>Aucune liste de confiance européenne n’est dans ce coffre : aucun horodatage n’est donc présenté comme qualifié.</translation>
    </message>
    <message>
        <source>asked</source>
        <translation>interrogée</translation>
    </message>
    <message>
        <source>not asked</source>
        <translation>non interrogée</translation>
    </message>
    <message>
        <source>says that it is qualified</source>
        <translation>se dit qualifiée</translation>
    </message>
    <message>
        <source>yours</source>
        <translation>à vous</translation>
    </message>
    <message>
        <source>account {name}</source>
        <translation>compte {name}</translation>
    </message>
    <message>
        <source>Do not &amp;ask it</source>
        <translation>Ne plus &amp;interroger</translation>
    </message>
    <message>
        <source>Remove {name}? The timestamps that it made stay, but packages that you export from now on come without its root. To stop asking it, “Do not ask it” is enough.</source>
        <translation>Retirer {name} ? Les horodatages qu’elle a faits restent, mais les dossiers que vous exporterez désormais n’auront pas sa racine. Pour ne plus l’interroger, « Ne plus interroger » suffit.</translation>
    </message>
    <message>
        <source>Remove it</source>
        <translation>Retirer</translation>
    </message>
    <message>
        <source>Asking {name} for a timestamp over random bytes</source>
        <translation>Un horodatage d’octets tirés au hasard est demandé à {name}</translation>
    </message>
    <message>
        <source>Stopped. Nothing was kept.</source>
        <translation>Arrêté. Rien n’a été gardé.</translation>
    </message>
</context>
<context>
    <name>CaptureBar</name>
    <message>
        <source>Address of the page</source>
        <translation>Adresse de la page</translation>
    </message>
    <message>
        <source>Capture</source>
        <translation>Capturer</translation>
    </message>
    <message>
        <source>Several addresses…</source>
        <translation>Plusieurs adresses…</translation>
    </message>
    <message>
        <source>Open it in a window…</source>
        <translation>Ouvrir dans une fenêtre…</translation>
    </message>
    <message>
        <source>To sign in yourself, or to go past a question that the site asks; then record what you choose.</source>
        <translation>Pour vous connecter vous-même, ou répondre à une question du site ; vous enregistrez ensuite ce que vous choisissez.</translation>
    </message>
    <message>
        <source>This case is closed: nothing is added to it any more. Choose another case, or make a new one.</source>
        <translation>Ce dossier est fermé : rien ne s’y ajoute plus. Choisissez un autre dossier, ou créez-en un nouveau.</translation>
    </message>
    <message>
        <source>A window shows pictures as any browser does, so it is opened only where all shown are adults. Without a window, the page is recorded as far as your answer allows.</source>
        <translation>Une fenêtre montre les images comme tout navigateur : elle ne s’ouvre que si toutes les personnes montrées sont majeures. Sans fenêtre, la page est enregistrée autant que votre réponse le permet.</translation>
    </message>
    <message>
        <source>Capture without a window</source>
        <translation>Capturer sans fenêtre</translation>
    </message>
    <message>
        <source>My case</source>
        <translation>Mon dossier</translation>
    </message>
    <message>
        <source>The sign-in is kept as “{name}”, under Vault, Kept sign-ins.</source>
        <translation>La connexion est gardée sous le nom «&#xa0;{name}&#xa0;»&#xa0;; voir Coffre, Connexions gardées.</translation>
    </message>
    <message>
        <source>Waiting for what is still running</source>
        <translation>En attente de ce qui est en cours</translation>
    </message>
    <message>
        <source>{step} … {seconds} s</source>
        <translation>{step} … {seconds} s</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>Arrêt en cours</translation>
    </message>
    <message>
        <source>Stopped. {kept}</source>
        <translation>Arrêté. {kept}</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
</context>
<context>
    <name>CaseDialog</name>
    <message>
        <source>New case</source>
        <translation>Nouveau dossier</translation>
    </message>
    <message>
        <source>Name of the case</source>
        <translation>Nom du dossier</translation>
    </message>
    <message>
        <source>Any word that tells you what it is about</source>
        <translation>Un mot qui vous dit de quoi il s’agit</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>It is about me</source>
        <translation>Il s’agit de moi</translation>
    </message>
    <message>
        <source>I help someone else</source>
        <translation>J’aide quelqu’un</translation>
    </message>
    <message>
        <source>Make the case</source>
        <translation>Créer le dossier</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>CertificateDialog</name>
    <message>
        <source>Record it all the same?</source>
        <translation>L’enregistrer quand même ?</translation>
    </message>
    <message>
        <source>You can have the page recorded all the same: the record then says what was wrong with the certificate, and that you asked for it. Who answered is then not certain, and somebody on the way could read or change the page. This holds for this one capture.</source>
        <translation>Vous pouvez faire enregistrer la page quand même : l’enregistrement dit alors ce qui n’allait pas avec le certificat, et que vous l’avez demandé. On ne sait alors pas avec certitude qui a répondu, et quelqu’un sur le trajet pourrait lire ou modifier la page. Cela ne vaut que pour cette capture.</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>Ne pas l’enregistrer</translation>
    </message>
    <message>
        <source>Record it all the same</source>
        <translation>Enregistrer quand même</translation>
    </message>
</context>
<context>
    <name>CheckDialog</name>
    <message>
        <source>Check the vault</source>
        <translation>Vérifier le coffre</translation>
    </message>
    <message>
        <source>Every file is read again and compared with its digest; the history and the timestamps are checked, too. Nothing is changed and nothing is sent.</source>
        <translation>Chaque fichier est relu et comparé à son empreinte ; l’historique et les horodatages sont vérifiés aussi. Rien n’est modifié, rien n’est envoyé.</translation>
    </message>
    <message>
        <source>It may take some minutes. You can go on reading; a new capture waits until it has ended.</source>
        <translation>Cela peut prendre quelques minutes. Vous pouvez continuer à lire ; une nouvelle capture attend la fin.</translation>
    </message>
    <message>
        <source>Quick: do not read the files again</source>
        <translation>Rapide : sans relire les fichiers</translation>
    </message>
    <message>
        <source>Delete nothing. If you have an older copy of this vault, keep it: it may hold what is damaged here.</source>
        <translation>N’effacez rien. Si vous avez une copie plus ancienne de ce coffre, gardez-la : elle contient peut-être ce qui est abîmé ici.</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Ce qui a été trouvé</translation>
    </message>
    <message>
        <source>The chosen finding</source>
        <translation>La ligne choisie</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Vérifier</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>Stopped. Nothing was changed.</source>
        <translation>Arrêté. Rien n’a été modifié.</translation>
    </message>
</context>
<context>
    <name>CloseCaseDialog</name>
    <message>
        <source>Close the case</source>
        <translation>Fermer le dossier</translation>
    </message>
    <message>
        <source>Close “{case}”?</source>
        <translation>Fermer « {case} » ?</translation>
    </message>
    <message>
        <source>Nothing can be added to it any more: no capture, no import. It cannot be opened again here.</source>
        <translation>Plus rien ne pourra s’y ajouter : ni capture, ni import. Il ne pourra pas être rouvert ici.</translation>
    </message>
    <message>
        <source>Nothing is deleted. You can still read and search its exhibits, export them, and ask for timestamps that are to come.</source>
        <translation>Rien n’est effacé. Vous pourrez toujours lire ses pièces, y chercher, les exporter et demander les horodatages encore attendus.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>Contacts</name>
    <message>
        <source>Digital violence, for young people and adults. Free, every day from 9 to 23.</source>
        <translation>Violences numériques, jeunes et adultes. Gratuit, tous les jours de 9 h à 23 h.</translation>
    </message>
    <message>
        <source>Report the address to the police: internet-signalement.gouv.fr</source>
        <translation>Signaler l’adresse à la police : internet-signalement.gouv.fr</translation>
    </message>
    <message>
        <source>A child in danger. Free, day and night.</source>
        <translation>Enfance en danger. Gratuit, jour et nuit.</translation>
    </message>
    <message>
        <source>Police, when someone is in danger now.</source>
        <translation>Police, si quelqu’un est en danger maintenant.</translation>
    </message>
</context>
<context>
    <name>ContactsDialog</name>
    <message>
        <source>Someone to talk to</source>
        <translation>Quelqu’un à qui parler</translation>
    </message>
    <message>
        <source>3114: when you no longer want to live. 112: any emergency in Europe.</source>
        <translation>3114 : quand l’envie de vivre n’est plus là. 112 : toute urgence en Europe.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
</context>
<context>
    <name>CreateForm</name>
    <message>
        <source>Does someone else use or watch this computer? Then another device, or one of a support organisation, is safer.</source>
        <translation>Quelqu’un d’autre utilise ou surveille cet ordinateur ? Un autre appareil, ou celui d’une association, est plus sûr.</translation>
    </message>
    <message>
        <source>Without the passphrase and without the recovery code that you receive next, nobody can open the vault again. Not even we.</source>
        <translation>Sans la phrase secrète et sans le code de secours que vous recevrez ensuite, personne ne pourra rouvrir le coffre. Nous non plus.</translation>
    </message>
    <message>
        <source>This folder seems to be copied to an online service. A folder of this computer alone is safer.</source>
        <translation>Ce dossier semble être copié vers un service en ligne. Un dossier propre à cet ordinateur est plus sûr.</translation>
    </message>
    <message>
        <source>Who is at the keyboard</source>
        <translation>Qui est au clavier</translation>
    </message>
    <message>
        <source>Optional: a first name or an alias</source>
        <translation>Facultatif : un prénom ou un pseudonyme</translation>
    </message>
    <message>
        <source>Create the vault</source>
        <translation>Créer le coffre</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Emplacement</translation>
    </message>
</context>
<context>
    <name>Details</name>
    <message>
        <source>Choose an exhibit in the list to see what it holds.</source>
        <translation>Choisissez une pièce dans la liste pour voir ce qu’elle contient.</translation>
    </message>
    <message>
        <source>About</source>
        <translation>À propos</translation>
    </message>
    <message>
        <source>Timestamps of this exhibit</source>
        <translation>Horodatages de cette pièce</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Date</translation>
    </message>
    <message>
        <source>What was done with this exhibit</source>
        <translation>Ce qui a été fait avec cette pièce</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historique</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Fichiers</translation>
    </message>
    <message>
        <source>Open it in a window…</source>
        <translation>Ouvrir dans une fenêtre…</translation>
    </message>
    <message>
        <source>This may show a minor…</source>
        <translation>Peut montrer une personne mineure…</translation>
    </message>
    <message>
        <source>Withdraw…</source>
        <translation>Retirer…</translation>
    </message>
    <message>
        <source>Why it is locked</source>
        <translation>Pourquoi elle est verrouillée</translation>
    </message>
    <message>
        <source>It may show a minor. It cannot be shown or exported.</source>
        <translation>Elle peut montrer une personne mineure. Elle ne peut être ni montrée ni exportée.</translation>
    </message>
    <message>
        <source>What now</source>
        <translation>Que faire</translation>
    </message>
    <message>
        <source>Nothing of it is deleted. Ask the police or the 3018 first; they say what to do next.</source>
        <translation>Rien n’en est effacé. Demandez d’abord à la police ou au 3018 ; ils vous diront la suite à donner.</translation>
    </message>
    <message>
        <source>Why it was withdrawn</source>
        <translation>Pourquoi elle a été retirée</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Led to</source>
        <translation>A mené à</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>Début</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>Fin</translation>
    </message>
    <message>
        <source>Missing</source>
        <translation>Il manque</translation>
    </message>
    <message>
        <source>Who is shown</source>
        <translation>Qui est montré</translation>
    </message>
    <message>
        <source>What the site answered</source>
        <translation>Ce que le site a répondu</translation>
    </message>
    <message>
        <source>What stood before the page</source>
        <translation>Ce qui se trouvait devant la page</translation>
    </message>
    <message>
        <source>What the site says</source>
        <translation>Ce que dit le site</translation>
    </message>
    <message>
        <source>About the connection</source>
        <translation>À propos de la connexion</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Ce qui s’est passé</translation>
    </message>
    <message>
        <source>What is kept</source>
        <translation>Ce qui est gardé</translation>
    </message>
    <message>
        <source>What you can do</source>
        <translation>Ce que vous pouvez faire</translation>
    </message>
    <message>
        <source>Withheld</source>
        <translation>Retenu</translation>
    </message>
    <message>
        <source>This capture was interrupted. What was finished by then is kept.</source>
        <translation>Cette capture a été interrompue. Ce qui était terminé est gardé.</translation>
    </message>
    <message>
        <source>Timestamp still awaited</source>
        <translation>Horodatage encore attendu</translation>
    </message>
    <message>
        <source>It is locked. These people know what to do next, and you need not go through it alone.</source>
        <translation>C’est verrouillé. Ces personnes savent quoi faire ensuite, et vous n’avez pas à traverser cela sans aide.</translation>
    </message>
</context>
<context>
    <name>ErrorDialog</name>
    <message>
        <source>That did not work</source>
        <translation>Cela n’a pas fonctionné</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export</source>
        <translation>Exporter</translation>
    </message>
    <message>
        <source>Export from “{case}”</source>
        <translation>Exporter depuis « {case} »</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>It stays in the vault.</source>
        <translation>Elle reste dans le coffre.</translation>
    </message>
    <message>
        <source>Exhibits to export; the space bar chooses</source>
        <translation>Pièces à exporter ; la barre d’espace choisit</translation>
    </message>
    <message>
        <source>What leaves the vault</source>
        <translation>Ce qui sort du coffre</translation>
    </message>
    <message>
        <source>Not chosen yet</source>
        <translation>Pas encore choisi</translation>
    </message>
    <message>
        <source>Choose the place…</source>
        <translation>Choisir l’endroit…</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Fichier</translation>
    </message>
    <message>
        <source>A USB stick for the police or your lawyer, say.</source>
        <translation>Par exemple une clé USB pour la police ou votre avocat.</translation>
    </message>
    <message>
        <source>Protect with a password</source>
        <translation>Protéger par un mot de passe</translation>
    </message>
    <message>
        <source>Password of the package</source>
        <translation>Mot de passe de l’export</translation>
    </message>
    <message>
        <source>Write it down and give it by another way than the file, by telephone for example.</source>
        <translation>Notez-le et donnez-le par un autre chemin que le fichier, par téléphone par exemple.</translation>
    </message>
    <message>
        <source>export</source>
        <translation>export</translation>
    </message>
    <message>
        <source>Where the package is written</source>
        <translation>Où écrire l’export</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>The package is written. A copy now lies outside the vault.</source>
        <translation>L’export est écrit. Une copie se trouve maintenant hors du coffre.</translation>
    </message>
    <message>
        <source>Whoever has the file and its password can see what is in it.</source>
        <translation>Toute personne qui a le fichier et son mot de passe peut voir ce qu’il contient.</translation>
    </message>
    <message>
        <source>Whoever has the file can see what is in it. Give it only to people you chose.</source>
        <translation>Toute personne qui a le fichier peut voir ce qu’il contient. Ne le donnez qu’aux personnes que vous avez choisies.</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Mot de passe</translation>
    </message>
    <message>
        <source>Digest (SHA-256)</source>
        <translation>Empreinte (SHA-256)</translation>
    </message>
    <message>
        <source>Copy digest</source>
        <translation>Copier l’empreinte</translation>
    </message>
    <message>
        <source>Beside it lies {name}: private details of this computer and connection. Take it off before you hand over the USB stick; keep it for the police or a court.</source>
        <translation>À côté se trouve {name} : des détails privés sur cet ordinateur et sa connexion. Retirez-le avant de donner la clé USB ; gardez-le pour la police ou un tribunal, s’ils le demandent.</translation>
    </message>
    <message>
        <source>It opens with the same password.</source>
        <translation>Il s’ouvre avec le même mot de passe.</translation>
    </message>
    <message>
        <source>Note to whom you gave it, and when: it will be asked.</source>
        <translation>Notez à qui vous l’avez remis, et quand : on vous le demandera.</translation>
    </message>
</context>
<context>
    <name>FileChoice</name>
    <message>
        <source>Choose…</source>
        <translation>Choisir…</translation>
    </message>
    <message>
        <source>none chosen</source>
        <translation>aucun choisi</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Tous les fichiers</translation>
    </message>
</context>
<context>
    <name>FilesTab</name>
    <message>
        <source>Files of this exhibit</source>
        <translation>Fichiers de cette pièce</translation>
    </message>
    <message>
        <source>SHA-256 of the chosen file</source>
        <translation>SHA-256 du fichier choisi</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Enregistrer…</translation>
    </message>
    <message>
        <source>A copy outside the vault, not encrypted</source>
        <translation>Une copie hors du coffre, non chiffrée</translation>
    </message>
    <message>
        <source>Copy digest</source>
        <translation>Copier l’empreinte</translation>
    </message>
    <message>
        <source>Puts the SHA-256 on the clipboard</source>
        <translation>Met le SHA-256 dans le presse-papiers</translation>
    </message>
    <message>
        <source>Manifest: the list that is timestamped</source>
        <translation>Manifeste : la liste qui est horodatée</translation>
    </message>
    <message>
        <source>Save a copy outside the vault</source>
        <translation>Enregistrer une copie hors du coffre</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Enregistré</translation>
    </message>
    <message>
        <source>Saved: {path}</source>
        <translation>Enregistré : {path}</translation>
    </message>
    <message>
        <source>This copy lies outside the vault and is not encrypted.</source>
        <translation>Cette copie est hors du coffre et n’est pas chiffrée.</translation>
    </message>
</context>
<context>
    <name>FolderLine</name>
    <message>
        <source>Folder of the vault</source>
        <translation>Emplacement du coffre</translation>
    </message>
    <message>
        <source>Other folder…</source>
        <translation>Autre emplacement…</translation>
    </message>
</context>
<context>
    <name>HeldView</name>
    <message>
        <source>Picture, shown while held</source>
        <translation>Image, montrée tant que la touche est tenue</translation>
    </message>
</context>
<context>
    <name>HelpDialog</name>
    <message>
        <source>Help</source>
        <translation>Aide</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message>
        <source>Import files</source>
        <translation>Importer des fichiers</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importer</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>What you know about it</source>
        <translation>Ce que vous en savez</translation>
    </message>
    <message>
        <source>All of this is optional. It is noted as what you say, not as proven.</source>
        <translation>Tout est facultatif. C’est noté comme ce que vous dites, pas comme prouvé.</translation>
    </message>
    <message>
        <source>When it was received or taken</source>
        <translation>Date de réception ou de prise</translation>
    </message>
    <message>
        <source>For example: 3 March, in the evening</source>
        <translation>Par exemple : le 3 mars, dans la soirée</translation>
    </message>
    <message>
        <source>On which device</source>
        <translation>Sur quel appareil</translation>
    </message>
    <message>
        <source>For example: my phone</source>
        <translation>Par exemple : mon téléphone</translation>
    </message>
    <message>
        <source>From whom you have it</source>
        <translation>De qui vous le tenez</translation>
    </message>
    <message>
        <source>For example: sent to me by a friend</source>
        <translation>Par exemple : envoyé par une amie</translation>
    </message>
    <message>
        <source>Describe it in words</source>
        <translation>Décrivez avec des mots</translation>
    </message>
    <message>
        <source>No file was read. A description counts, too: what it is, where it is, when you saw it, and from whom. Leave the files where they are and ask the police or the 3018 what to do with them.</source>
        <translation>Aucun fichier n’a été lu. Une description compte aussi : ce que c’est, où, quand vous l’avez vu et de qui cela vient. Laissez les fichiers où ils sont et demandez à la police ou au 3018 qu’en faire.</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Description</translation>
    </message>
    <message>
        <source>Address, if there is one</source>
        <translation>Adresse, s’il y en a une</translation>
    </message>
    <message>
        <source>Keep this description</source>
        <translation>Garder cette description</translation>
    </message>
    <message>
        <source>My case</source>
        <translation>Mon dossier</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>Stopped. Files taken in: {done} of {all}.</source>
        <translation>Arrêté. Fichiers ajoutés : {done} sur {all}.</translation>
    </message>
    <message>
        <source>Stopped. {kept}</source>
        <translation>Arrêté. {kept}</translation>
    </message>
</context>
<context>
    <name>ListStrip</name>
    <message>
        <source>Progress of the list</source>
        <translation>Avancement de la liste</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Continuer</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>La laisser</translation>
    </message>
    <message>
        <source>Fine</source>
        <translation>D’accord</translation>
    </message>
    <message>
        <source>A list is not finished: {kept} of {total} pages are kept.</source>
        <translation>Une liste n’est pas terminée : {kept} pages sur {total} sont conservées.</translation>
    </message>
    <message>
        <source>A thread has more pages: {kept} of it are kept so far.</source>
        <translation>Un fil compte plus de pages : {kept} sont conservées jusqu’ici.</translation>
    </message>
    <message>
        <source>My case</source>
        <translation>Mon dossier</translation>
    </message>
    <message>
        <source>Stopping: the pages under way are kept as far as they came.</source>
        <translation>Arrêt : les pages en cours sont conservées telles qu’elles sont.</translation>
    </message>
    <message>
        <source>Paused at {done} of {total} pages. The pages under way come to their end.</source>
        <translation>En pause : {done} pages sur {total}. Les pages en cours vont jusqu’au bout.</translation>
    </message>
    <message>
        <source>{done} of {total} pages recorded.</source>
        <translation>{done} pages sur {total} enregistrées.</translation>
    </message>
    <message>
        <source>Being recorded: {address}</source>
        <translation>En cours : {address}</translation>
    </message>
    <message>
        <source>The list is done: {kept} of {total} pages are kept.</source>
        <translation>La liste est terminée : {kept} pages sur {total} sont conservées.</translation>
    </message>
    <message>
        <source>The list is done: {kept} of {total} addresses are kept, {count} of them not whole.</source>
        <translation>La liste est terminée&#xa0;: {kept} adresses sur {total} sont conservées, dont {count} en partie ou sans page.</translation>
    </message>
    <message>
        <source>The thread has more pages than that; the others are not recorded.</source>
        <translation>Le fil compte plus de pages ; les autres ne sont pas enregistrées.</translation>
    </message>
    <message>
        <source>Stopped: {kept} of {total} pages are kept. The list can be gone on with at any time.</source>
        <translation>Arrêté : {kept} pages sur {total} sont conservées. La liste peut être reprise à tout moment.</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>et {count} de plus</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>&amp;Vault</source>
        <translation>&amp;Coffre</translation>
    </message>
    <message>
        <source>&amp;Lock</source>
        <translation>&amp;Verrouiller</translation>
    </message>
    <message>
        <source>&amp;Recovery code…</source>
        <translation>Code de &amp;secours…</translation>
    </message>
    <message>
        <source>Change the &amp;passphrase…</source>
        <translation>Changer la &amp;phrase secrète…</translation>
    </message>
    <message>
        <source>Chec&amp;k the vault…</source>
        <translation>Vérifier le &amp;coffre…</translation>
    </message>
    <message>
        <source>Kept &amp;sign-ins…</source>
        <translation>Conne&amp;xions gardées…</translation>
    </message>
    <message>
        <source>&amp;Timestamp authorities…</source>
        <translation>Autorités d’&amp;horodatage…</translation>
    </message>
    <message>
        <source>Re&amp;new the timestamps…</source>
        <translation>Re&amp;nouveler les horodatages…</translation>
    </message>
    <message>
        <source>&amp;Verify a package…</source>
        <translation>Vérifier un &amp;export…</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>&amp;Fermer</translation>
    </message>
    <message>
        <source>Quick &amp;exit</source>
        <translation>Sortie &amp;rapide</translation>
    </message>
    <message>
        <source>&amp;Case</source>
        <translation>&amp;Dossier</translation>
    </message>
    <message>
        <source>&amp;New case…</source>
        <translation>&amp;Nouveau dossier…</translation>
    </message>
    <message>
        <source>&amp;Import files…</source>
        <translation>&amp;Importer des fichiers…</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exporter…</translation>
    </message>
    <message>
        <source>&amp;Address of a page</source>
        <translation>&amp;Adresse d’une page</translation>
    </message>
    <message>
        <source>&amp;Search</source>
        <translation>&amp;Chercher</translation>
    </message>
    <message>
        <source>Agreement of the &amp;person concerned…</source>
        <translation>Accord de la &amp;personne concernée…</translation>
    </message>
    <message>
        <source>&amp;Close this case…</source>
        <translation>&amp;Fermer ce dossier…</translation>
    </message>
    <message>
        <source>E&amp;xhibit</source>
        <translation>&amp;Pièce</translation>
    </message>
    <message>
        <source>This may show a &amp;minor…</source>
        <translation>Peut montrer une personne &amp;mineure…</translation>
    </message>
    <message>
        <source>&amp;Withdraw…</source>
        <translation>&amp;Retirer…</translation>
    </message>
    <message>
        <source>Lan&amp;guage</source>
        <translation>&amp;Langue</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Aide</translation>
    </message>
    <message>
        <source>&amp;Someone to talk to</source>
        <translation>&amp;Quelqu’un à qui parler</translation>
    </message>
    <message>
        <source>&amp;About</source>
        <translation>À &amp;propos</translation>
    </message>
    <message>
        <source>Something is still running</source>
        <translation>Quelque chose est en cours</translation>
    </message>
    <message>
        <source>Stop it and close?</source>
        <translation>Arrêter et fermer ?</translation>
    </message>
    <message>
        <source>What is finished by then is kept.</source>
        <translation>Ce qui est déjà terminé est gardé.</translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation>Arrêter et fermer</translation>
    </message>
    <message>
        <source>Keep going</source>
        <translation>Continuer</translation>
    </message>
    <message>
        <source>You need not go through this alone.</source>
        <translation>Vous n’avez pas à traverser cela sans aide.</translation>
    </message>
</context>
<context>
    <name>MandateDialog</name>
    <message>
        <source>Agreement of the person concerned</source>
        <translation>Accord de la personne concernée</translation>
    </message>
    <message>
        <source>Agreement for “{case}”</source>
        <translation>Accord pour « {case} »</translation>
    </message>
    <message>
        <source>Note the agreement</source>
        <translation>Noter l’accord</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>MandateForm</name>
    <message>
        <source>Keeping someone else&apos;s evidence needs her agreement. Note it once, here.</source>
        <translation>Pour garder les preuves d’une autre personne, il faut son accord. Notez-le ici, une seule fois.</translation>
    </message>
    <message>
        <source>Who asked you</source>
        <translation>Qui vous l’a demandé</translation>
    </message>
    <message>
        <source>A name or an alias</source>
        <translation>Un nom ou un pseudonyme</translation>
    </message>
    <message>
        <source>For what</source>
        <translation>Pour quoi</translation>
    </message>
    <message>
        <source>For example: recording these posts for her complaint</source>
        <translation>Par exemple : enregistrer ces publications pour sa plainte</translation>
    </message>
    <message>
        <source>Date of her agreement</source>
        <translation>Date de son accord</translation>
    </message>
    <message>
        <source>day/month/year</source>
        <translation>jour/mois/année</translation>
    </message>
    <message>
        <source>Write a day up to today, such as 27/11/2026.</source>
        <translation>Écrivez un jour, aujourd’hui au plus tard, comme 27/11/2026.</translation>
    </message>
</context>
<context>
    <name>Messages</name>
    <message>
        <source>Something in the program did not go as it should ({name}).</source>
        <translation>Quelque chose dans le programme ne s’est pas passé comme prévu ({name}).</translation>
    </message>
    <message>
        <source>What was in the vault before is untouched.</source>
        <translation>Ce qui était déjà dans le coffre n’a pas changé.</translation>
    </message>
    <message>
        <source>Try once more. If it happens again, close the window and open it again.</source>
        <translation>Réessayez une fois. Si cela se reproduit, fermez la fenêtre et rouvrez-la.</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Ce qui s’est passé</translation>
    </message>
    <message>
        <source>What is kept</source>
        <translation>Ce qui est gardé</translation>
    </message>
    <message>
        <source>What you can do</source>
        <translation>Ce que vous pouvez faire</translation>
    </message>
</context>
<context>
    <name>MinorDialog</name>
    <message>
        <source>This may show a minor</source>
        <translation>Peut montrer une personne mineure</translation>
    </message>
    <message>
        <source>Lock {exhibit}?</source>
        <translation>{exhibit} : la verrouiller ?</translation>
    </message>
    <message>
        <source>You did the right thing by noticing. Once locked, it can no longer be shown, saved outside or exported. Its address, time and digest stay, so that the police can act.</source>
        <translation>Vous avez bien fait de le remarquer. Une fois verrouillée, la pièce ne peut plus être montrée, enregistrée ailleurs ni exportée. Son adresse, son heure et son empreinte restent, pour que la police puisse agir.</translation>
    </message>
    <message>
        <source>Locking cannot be undone here. Nothing is deleted: ask the police what to do next.</source>
        <translation>Le verrouillage ne s’annule pas ici. Rien n’est effacé : demandez à la police la suite à donner.</translation>
    </message>
    <message>
        <source>Lock this exhibit</source>
        <translation>Verrouiller cette pièce</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>OpenForm</name>
    <message>
        <source>Passphrase</source>
        <translation>Phrase secrète</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Montrer</translation>
    </message>
    <message>
        <source>Who is at the keyboard</source>
        <translation>Qui est au clavier</translation>
    </message>
    <message>
        <source>Optional: a first name or an alias</source>
        <translation>Facultatif : un prénom ou un pseudonyme</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Ouvrir</translation>
    </message>
    <message>
        <source>Vault</source>
        <translation>Coffre</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>Cacher</translation>
    </message>
</context>
<context>
    <name>Outcomes</name>
    <message>
        <source>This is kept: {exhibit}.</source>
        <translation>C’est gardé : {exhibit}.</translation>
    </message>
    <message>
        <source>Kept in part: {exhibit}. Missing: {missing}.</source>
        <translation>Gardé en partie : {exhibit}. Il manque : {missing}.</translation>
    </message>
    <message>
        <source>It is kept: {exhibit}, the text only, without pictures.</source>
        <translation>C’est gardé : {exhibit}, le texte seul, sans image.</translation>
    </message>
    <message>
        <source>It is kept: {exhibit}, complete.</source>
        <translation>C’est gardé : {exhibit}, complète.</translation>
    </message>
</context>
<context>
    <name>PassphraseDialog</name>
    <message>
        <source>Change the passphrase</source>
        <translation>Changer la phrase secrète</translation>
    </message>
    <message>
        <source>Present passphrase</source>
        <translation>Phrase secrète actuelle</translation>
    </message>
    <message>
        <source>New passphrase</source>
        <translation>Nouvelle phrase secrète</translation>
    </message>
    <message>
        <source>The recovery code stays the same. Copies of the vault that were made before, on a USB stick for example, still open with the present passphrase.</source>
        <translation>Le code de secours reste le même. Les copies du coffre faites auparavant, sur une clé USB par exemple, s’ouvrent encore avec la phrase actuelle.</translation>
    </message>
    <message>
        <source>The passphrase is changed. From now on only the new one opens this vault.</source>
        <translation>La phrase secrète est changée. Désormais, seule la nouvelle ouvre ce coffre.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Making the new key</source>
        <translation>Préparation de la nouvelle clé</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
</context>
<context>
    <name>PassphrasePair</name>
    <message>
        <source>Passphrase</source>
        <translation>Phrase secrète</translation>
    </message>
    <message>
        <source>For example four words that have nothing in common</source>
        <translation>Par exemple quatre mots sans rapport entre eux</translation>
    </message>
    <message>
        <source>The same again</source>
        <translation>La même encore une fois</translation>
    </message>
    <message>
        <source>Show what I type</source>
        <translation>Montrer ce que je tape</translation>
    </message>
    <message>
        <source>Advice about the passphrase</source>
        <translation>Conseil sur la phrase secrète</translation>
    </message>
    <message>
        <source>Long is better than complicated: a few words that only you would put together.</source>
        <translation>Longue plutôt que compliquée : quelques mots que vous seule ou seul mettriez ensemble.</translation>
    </message>
    <message>
        <source>The two are not the same yet.</source>
        <translation>Les deux ne sont pas encore identiques.</translation>
    </message>
    <message>
        <source>Easy to guess for now. One or two more words make it strong.</source>
        <translation>Facile à deviner pour l’instant. Un ou deux mots de plus la rendent solide.</translation>
    </message>
    <message>
        <source>Getting there. One more word makes it strong.</source>
        <translation>Presque. Un mot de plus la rend solide.</translation>
    </message>
    <message>
        <source>A good passphrase.</source>
        <translation>Une bonne phrase secrète.</translation>
    </message>
    <message>
        <source>A good passphrase. Type it once more below.</source>
        <translation>Une bonne phrase secrète. Tapez-la encore une fois ci-dessous.</translation>
    </message>
</context>
<context>
    <name>Pickers</name>
    <message>
        <source>Look in:</source>
        <translation>Dossier :</translation>
    </message>
    <message>
        <source>Name:</source>
        <translation>Nom :</translation>
    </message>
    <message>
        <source>Kind:</source>
        <translation>Type :</translation>
    </message>
</context>
<context>
    <name>Preview</name>
    <message>
        <source>Blurred picture</source>
        <translation>Image floutée</translation>
    </message>
    <message>
        <source>Show while held</source>
        <translation>Maintenir pour voir</translation>
    </message>
    <message>
        <source>Press and hold, with the mouse or the space bar. Letting go hides it.</source>
        <translation>Maintenez appuyé, à la souris ou avec la barre d’espace. Relâcher cache l’image.</translation>
    </message>
    <message>
        <source>Each look is noted in the history. That note stays with you.</source>
        <translation>Chaque regard est noté dans l’historique. Cette note reste chez vous.</translation>
    </message>
    <message>
        <source>This picture cannot be shown here. Its file is whole.</source>
        <translation>Cette image ne peut pas être montrée ici. Son fichier est intact.</translation>
    </message>
</context>
<context>
    <name>RecoverForm</name>
    <message>
        <source>Recovery code</source>
        <translation>Code de secours</translation>
    </message>
    <message>
        <source>The groups of letters and digits from your paper</source>
        <translation>Les groupes de lettres et de chiffres de votre papier</translation>
    </message>
    <message>
        <source>Open and set the new passphrase</source>
        <translation>Ouvrir avec la nouvelle phrase secrète</translation>
    </message>
    <message>
        <source>Vault</source>
        <translation>Coffre</translation>
    </message>
</context>
<context>
    <name>RecoveryDialog</name>
    <message>
        <source>Recovery code</source>
        <translation>Code de secours</translation>
    </message>
    <message>
        <source>Write this code by hand</source>
        <translation>Recopiez ce code à la main</translation>
    </message>
    <message>
        <source>It opens the vault if you forget the passphrase. Write it on paper, check it, and keep it away from this computer, with someone you trust if you wish. A photo of it is not safe.</source>
        <translation>Il ouvre le coffre si vous oubliez la phrase secrète. Écrivez-le sur papier, relisez-le et gardez-le loin de cet ordinateur, chez une personne de confiance si vous voulez. Une photo n’est pas sûre.</translation>
    </message>
    <message>
        <source>Check your recovery code</source>
        <translation>Vérifiez votre code de secours</translation>
    </message>
    <message>
        <source>The code was shown when the vault was made and is kept nowhere. If you have it on paper, type it here to make sure that it is right.</source>
        <translation>Le code a été montré à la création du coffre et n’est gardé nulle part. Si vous l’avez sur papier, tapez-le ici pour vous assurer qu’il est juste.</translation>
    </message>
    <message>
        <source>I do not have it: make a new code</source>
        <translation>Je ne l’ai pas : en créer un nouveau</translation>
    </message>
    <message>
        <source>The earlier code then opens nothing any more.</source>
        <translation>L’ancien code n’ouvrira alors plus rien.</translation>
    </message>
    <message>
        <source>The code as you wrote it down</source>
        <translation>Le code tel que vous l’avez noté</translation>
    </message>
    <message>
        <source>Type it from your paper</source>
        <translation>Tapez-le depuis votre papier</translation>
    </message>
    <message>
        <source>It is written down</source>
        <translation>C’est noté</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Plus tard</translation>
    </message>
    <message>
        <source>Not quite the same yet. Compare it once more, group by group.</source>
        <translation>Ce n’est pas encore tout à fait le même. Comparez encore une fois, groupe par groupe.</translation>
    </message>
</context>
<context>
    <name>RenewStrip</name>
    <message>
        <source>Progress of the renewal</source>
        <translation>Avancement du renouvellement</translation>
    </message>
    <message>
        <source>Renew now</source>
        <translation>Renouveler maintenant</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>Redemander</translation>
    </message>
    <message>
        <source>Remind me tomorrow</source>
        <translation>Me le rappeler demain</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <source>Fine</source>
        <translation>D’accord</translation>
    </message>
    <message>
        <source>The first of your timestamps has to be renewed before {day}. There is no hurry.</source>
        <translation>Le premier de vos horodatages est à renouveler avant le {day}. Rien ne presse.</translation>
    </message>
    <message>
        <source>There is no timestamp yet that could be renewed.</source>
        <translation>Il n’y a pas encore d’horodatage à renouveler.</translation>
    </message>
    <message>
        <source>Stopping …</source>
        <translation>Arrêt en cours…</translation>
    </message>
    <message>
        <source>Timestamps renewed: {count}.</source>
        <translation>Horodatages renouvelés&#xa0;: {count}.</translation>
    </message>
    <message>
        <source>Not renewed, since no authority gave a good answer: {count}. Nothing is lost; ask again later.</source>
        <translation>Non renouvelés, car aucune autorité n’a donné de bonne réponse&#xa0;: {count}. Rien n’est perdu&#xa0;; redemandez plus tard.</translation>
    </message>
    <message>
        <source>There was nothing to renew.</source>
        <translation>Il n’y avait rien à renouveler.</translation>
    </message>
    <message>
        <source>The authorities still use certificates that end before {day}; you will be reminded.</source>
        <translation>Les autorités se servent encore de certificats qui arrivent à terme avant le {day}&#xa0;; le programme vous le rappellera.</translation>
    </message>
    <message>
        <source>The next time is before {day}.</source>
        <translation>La prochaine fois&#xa0;: avant le {day}.</translation>
    </message>
    <message>
        <source>Stopped. What was renewed by then is kept; the rest can be renewed at any time.</source>
        <translation>Arrêté. Ce qui était déjà renouvelé est gardé&#xa0;; le reste peut l’être à tout moment.</translation>
    </message>
    <message>
        <source>The timestamps were not renewed. Nothing is lost; ask again later.</source>
        <translation>Les horodatages n’ont pas été renouvelés. Rien n’est perdu&#xa0;; redemandez plus tard.</translation>
    </message>
    <message>
        <source>Your timestamps hold today. Renew them before {day}, so that they go on counting in later years.</source>
        <translation>Vos horodatages sont valables aujourd’hui. Renouvelez-les avant le {day}, pour qu’ils comptent encore dans les années à venir.</translation>
    </message>
    <message>
        <source>Timestamps that ended without being renewed: {count}. They stay, and count for the date that they carry.</source>
        <translation>Horodatages arrivés à leur terme sans renouvellement&#xa0;: {count}. Ils restent là, et comptent pour la date qu’ils portent.</translation>
    </message>
</context>
<context>
    <name>RevokedNote</name>
    <message>
        <source>What was stamped before an authority changed or ended its certificate still counts.</source>
        <translation>Ce qui a été horodaté avant qu’une autorité change ou arrête son certificat compte toujours.</translation>
    </message>
    <message>
        <source>What another authority stamped as well still counts; what this one alone stamped may not.</source>
        <translation>Ce qu’une autre autorité a aussi horodaté compte toujours&#xa0;; ce que celle-ci seule a horodaté peut ne plus compter.</translation>
    </message>
    <message>
        <source>Fine</source>
        <translation>D’accord</translation>
    </message>
</context>
<context>
    <name>SidePanel</name>
    <message>
        <source>Cases</source>
        <translation>Dossiers</translation>
    </message>
    <message>
        <source>Your first capture makes a case by itself.</source>
        <translation>Votre première capture crée un dossier toute seule.</translation>
    </message>
    <message>
        <source>New case…</source>
        <translation>Nouveau dossier…</translation>
    </message>
    <message>
        <source>Import files…</source>
        <translation>Importer des fichiers…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exporter…</translation>
    </message>
    <message>
        <source>Verify a package…</source>
        <translation>Vérifier un export…</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>Verrouiller</translation>
    </message>
    <message>
        <source>Closed</source>
        <translation>Fermé</translation>
    </message>
    <message>
        <source>For {person}</source>
        <translation>Pour {person}</translation>
    </message>
</context>
<context>
    <name>SignInsDialog</name>
    <message>
        <source>Kept sign-ins</source>
        <translation>Connexions gardées</translation>
    </message>
    <message>
        <source>Looking …</source>
        <translation>Recherche…</translation>
    </message>
    <message>
        <source>A kept sign-in opens your account at that site for whoever opens this vault. Forget it when the work is done, and sign out at the site, which ends it everywhere.</source>
        <translation>Une connexion gardée ouvre votre compte sur ce site à quiconque ouvre ce coffre. Oubliez-la une fois le travail fait, et déconnectez-vous sur le site, ce qui y met fin partout.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>No sign-in is kept.</source>
        <translation>Aucune connexion n’est gardée.</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Oublier</translation>
    </message>
    <message>
        <source>Forget {label}</source>
        <translation>Oublier {label}</translation>
    </message>
    <message>
        <source>never</source>
        <translation>jamais</translation>
    </message>
    <message>
        <source>{sites}. Kept {kept}. Used: {used}.</source>
        <translation>{sites}. Gardée le {kept}. Utilisée : {used}.</translation>
    </message>
</context>
<context>
    <name>SittingBar</name>
    <message>
        <source>Evidence Kit – page in a window</source>
        <translation>Evidence Kit – page dans une fenêtre</translation>
    </message>
    <message>
        <source>Nothing is recorded until you press a button here.</source>
        <translation>Rien n’est enregistré tant que vous n’appuyez pas sur un bouton ici.</translation>
    </message>
    <message>
        <source>Page that would be recorded</source>
        <translation>Page qui serait enregistrée</translation>
    </message>
    <message>
        <source>Capture this page</source>
        <translation>Capturer cette page</translation>
    </message>
    <message>
        <source>It is loaded once more, signed in as you are, and recorded with everything it is made of.</source>
        <translation>Elle est chargée encore une fois, avec votre connexion, et enregistrée avec tout ce qui la compose.</translation>
    </message>
    <message>
        <source>Keep it as it stands</source>
        <translation>La garder telle quelle</translation>
    </message>
    <message>
        <source>What you see now is recorded; nothing is loaded. What the network said is then missing.</source>
        <translation>Ce que vous voyez maintenant est enregistré ; rien n’est chargé. Ce que le réseau a transmis manque alors.</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Terminé</translation>
    </message>
    <message>
        <source>The window is closed; what is recorded stays.</source>
        <translation>La fenêtre se ferme ; ce qui est enregistré reste.</translation>
    </message>
    <message>
        <source>How it ended</source>
        <translation>Résultat</translation>
    </message>
    <message>
        <source>Name of the sign-in</source>
        <translation>Nom de la connexion</translation>
    </message>
    <message>
        <source>For example the account and the site</source>
        <translation>Par exemple le compte et le site</translation>
    </message>
    <message>
        <source>Keep the sign-in and close</source>
        <translation>Garder la connexion et fermer</translation>
    </message>
    <message>
        <source>Close without keeping it</source>
        <translation>Fermer sans la garder</translation>
    </message>
    <message>
        <source>Do you want to keep this sign-in for later captures? It stays encrypted in the vault; whoever opens the vault can then use your account at that site.</source>
        <translation>Voulez-vous garder cette connexion pour d’autres captures ? Elle reste chiffrée dans le coffre ; quiconque ouvre le coffre peut alors utiliser votre compte sur ce site.</translation>
    </message>
    <message>
        <source>Opening the window …</source>
        <translation>Ouverture de la fenêtre…</translation>
    </message>
    <message>
        <source>No page that could be recorded is open in the window.</source>
        <translation>Aucune page à enregistrer n’est ouverte dans la fenêtre.</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>Arrêt en cours</translation>
    </message>
    <message>
        <source>Stopped. {kept}</source>
        <translation>Arrêté. {kept}</translation>
    </message>
</context>
<context>
    <name>StartScreen</name>
    <message>
        <source>Open a vault</source>
        <translation>Ouvrir un coffre</translation>
    </message>
    <message>
        <source>Create a new vault</source>
        <translation>Créer un nouveau coffre</translation>
    </message>
    <message>
        <source>I do not know the passphrase any more</source>
        <translation>Je ne sais plus la phrase secrète</translation>
    </message>
    <message>
        <source>Verify a package (no vault needed)</source>
        <translation>Vérifier un export (sans coffre)</translation>
    </message>
    <message>
        <source>Open your vault</source>
        <translation>Ouvrez votre coffre</translation>
    </message>
    <message>
        <source>What you keep here stays on this computer, encrypted.</source>
        <translation>Ce que vous gardez ici reste sur cet ordinateur, chiffré.</translation>
    </message>
    <message>
        <source>Create your vault</source>
        <translation>Créez votre coffre</translation>
    </message>
    <message>
        <source>An encrypted folder on this computer. Nothing is uploaded anywhere.</source>
        <translation>Un dossier chiffré sur cet ordinateur. Rien n’est envoyé nulle part.</translation>
    </message>
    <message>
        <source>Open with the recovery code</source>
        <translation>Ouvrir avec le code de secours</translation>
    </message>
    <message>
        <source>It is on the paper that you wrote when the vault was made. You choose a new passphrase.</source>
        <translation>Il est sur le papier écrit à la création du coffre. Vous choisissez une nouvelle phrase secrète.</translation>
    </message>
</context>
<context>
    <name>SubjectDialog</name>
    <message>
        <source>Before the page is opened</source>
        <translation>Avant d’ouvrir la page</translation>
    </message>
    <message>
        <source>The site sees one visit from this internet connection, like any other. You are not signed in there, and nothing is sent in your name.</source>
        <translation>Le site voit une visite depuis votre accès à internet, comme n’importe quelle autre. Vous n’y êtes pas connecté·e à un compte, et rien n’est envoyé en votre nom.</translation>
    </message>
    <message>
        <source>A browser window opens, without your other accounts. What you do there happens in your name. Nothing is recorded until you ask for it; what signs you in is overwritten in what is kept.</source>
        <translation>Une fenêtre de navigateur s’ouvre, sans vos autres comptes. Ce que vous y faites se fait en votre nom. Rien n’est enregistré tant que vous ne le demandez pas ; ce qui vous connecte est écrasé dans ce qui est conservé.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Kept sign-in</source>
        <translation>Connexion gardée</translation>
    </message>
    <message>
        <source>Without a kept sign-in</source>
        <translation>Sans connexion gardée</translation>
    </message>
    <message>
        <source>Signed in as {label} ({sites}), if all are adults</source>
        <translation>Avec la connexion {label} ({sites}), si toutes sont majeures</translation>
    </message>
    <message>
        <source>The page is opened with your account: the site sees that it is you. Nothing is pressed there; what signs you in is overwritten in what is kept.</source>
        <translation>La page est ouverte avec votre compte : le site voit que c’est vous. Rien n’y est cliqué ; ce qui vous connecte est écrasé dans ce qui est conservé.</translation>
    </message>
</context>
<context>
    <name>SubjectQuestion</name>
    <message>
        <source>The files are taken in as they are, encrypted.</source>
        <translation>Les fichiers sont pris tels quels, chiffrés.</translation>
    </message>
    <message>
        <source>No file is read. You can describe it in words instead.</source>
        <translation>Aucun fichier n’est lu. Vous pouvez le décrire avec des mots.</translation>
    </message>
    <message>
        <source>The page is recorded with its pictures and videos, encrypted.</source>
        <translation>La page est enregistrée avec ses images et ses vidéos, chiffrée.</translation>
    </message>
    <message>
        <source>Only the text is recorded; no picture is ever loaded.</source>
        <translation>Seul le texte est enregistré ; aucune image n’est chargée.</translation>
    </message>
    <message>
        <source>Holding such a picture is forbidden by law, even as proof.</source>
        <translation>La loi interdit de détenir une telle image, même comme preuve.</translation>
    </message>
    <message>
        <source>When in doubt, the careful way protects you.</source>
        <translation>Dans le doute, cette prudence vous protège.</translation>
    </message>
    <message>
        <source>Could anyone shown there be under 18, or have been when the picture was taken?</source>
        <translation>Une personne montrée pourrait-elle avoir moins de 18 ans, ou les avoir eus au moment de l’image ?</translation>
    </message>
    <message>
        <source>No, all are adults</source>
        <translation>Non, toutes sont adultes</translation>
    </message>
    <message>
        <source>No, but load no picture</source>
        <translation>Non, mais ne charger aucune image</translation>
    </message>
    <message>
        <source>Text and layout are recorded; a labelled box stands where each picture would be.</source>
        <translation>Le texte et la mise en page sont enregistrés ; un cadre légendé remplace chaque image.</translation>
    </message>
    <message>
        <source>I was under 18</source>
        <translation>J’avais moins de 18 ans</translation>
    </message>
    <message>
        <source>Yes, or someone was</source>
        <translation>Oui, quelqu’un d’autre</translation>
    </message>
    <message>
        <source>I don&apos;t know</source>
        <translation>Je ne sais pas</translation>
    </message>
</context>
<context>
    <name>TrustedListDialog</name>
    <message>
        <source>Each country of the European Union publishes a signed list of its qualified services, an XML file. It counts if it is signed by the certificate that you name, or by one that the list of lists names, which the European Commission publishes and signs.</source>
        <translation>Chaque pays de l’Union européenne publie une liste signée de ses services qualifiés, un fichier XML. Elle compte si elle est signée par le certificat que vous indiquez, ou par un certificat que nomme la liste des listes, publiée et signée par la Commission européenne.</translation>
    </message>
    <message>
        <source>Import a trusted list</source>
        <translation>Importer une liste de confiance</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importer</translation>
    </message>
    <message>
        <source>Trusted lists</source>
        <translation>Listes de confiance</translation>
    </message>
    <message>
        <source>The country’s list</source>
        <translation>La liste du pays</translation>
    </message>
    <message>
        <source>The list of lists</source>
        <translation>La liste des listes</translation>
    </message>
    <message>
        <source>The signer’s certificate</source>
        <translation>Le certificat du signataire</translation>
    </message>
    <message>
        <source>Certificates</source>
        <translation>Certificats</translation>
    </message>
    <message>
        <source>The list of lists, if you have it</source>
        <translation>La liste des listes, si vous l’avez</translation>
    </message>
    <message>
        <source>Certificate of who signs the list of lists or, without it, the country’s list</source>
        <translation>Certificat de qui signe la liste des listes ou, sans elle, la liste du pays</translation>
    </message>
    <message>
        <source>Without these two, what counts is the list of lists that is in this vault already.</source>
        <translation>Sans ces deux-là, c’est la liste des listes déjà dans ce coffre qui compte.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
</context>
<context>
    <name>VerifyDialog</name>
    <message>
        <source>Verify a package</source>
        <translation>Vérifier un export</translation>
    </message>
    <message>
        <source>Choose a package…</source>
        <translation>Choisir un export…</translation>
    </message>
    <message>
        <source>… or drop it here. Nothing is changed and nothing is sent.</source>
        <translation>… ou déposez-le ici. Rien n’est modifié, rien n’est envoyé.</translation>
    </message>
    <message>
        <source>Password of the package</source>
        <translation>Mot de passe de l’export</translation>
    </message>
    <message>
        <source>The one you were given with it</source>
        <translation>Celui que l’on vous a donné avec</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Vérifier encore</translation>
    </message>
    <message>
        <source>Password, if there is one</source>
        <translation>Mot de passe, s’il y en a un</translation>
    </message>
    <message>
        <source>What was looked at</source>
        <translation>Ce qui a été vérifié</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>Packages</source>
        <translation>Exports</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Tous les fichiers</translation>
    </message>
    <message>
        <source>Choose a package</source>
        <translation>Choisir un export</translation>
    </message>
</context>
<context>
    <name>WithdrawDialog</name>
    <message>
        <source>Withdraw an exhibit</source>
        <translation>Retirer une pièce</translation>
    </message>
    <message>
        <source>Withdraw {exhibit}?</source>
        <translation>{exhibit} : la retirer ?</translation>
    </message>
    <message>
        <source>What is lost</source>
        <translation>Ce qui est perdu</translation>
    </message>
    <message>
        <source>Its files: pictures, page, text, everything that was recorded. They are removed from this vault, and nobody can bring them back, not even with the recovery code.</source>
        <translation>Ses fichiers : images, page, texte, tout ce qui a été enregistré. Ils sont effacés de ce coffre et personne ne peut les faire revenir, même avec le code de secours.</translation>
    </message>
    <message>
        <source>What stays</source>
        <translation>Ce qui reste</translation>
    </message>
    <message>
        <source>Its number, address, title, times, digest and timestamps, and your reason, in the history. Packages that you exported before, and copies of the vault, keep what they hold.</source>
        <translation>Son numéro, son adresse, son titre, ses heures, son empreinte, ses horodatages et, dans l’historique, votre raison. Les exports déjà faits et les copies du coffre gardent ce qu’ils contiennent.</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Pourquoi</translation>
    </message>
    <message>
        <source>For example: recorded twice</source>
        <translation>Par exemple : enregistrée deux fois</translation>
    </message>
    <message>
        <source>Noted in the history of the case.</source>
        <translation>Noté dans l’historique du dossier.</translation>
    </message>
    <message>
        <source>Withdraw and remove its files</source>
        <translation>Retirer et effacer ses fichiers</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>WithheldTab</name>
    <message>
        <source>Pictures and media of this page</source>
        <translation>Images et médias de cette page</translation>
    </message>
    <message>
        <source>Capture again with these</source>
        <translation>Capturer à nouveau avec ceux-ci</translation>
    </message>
    <message>
        <source>The page is loaded once more, with only what is ticked here</source>
        <translation>La page est chargée une fois de plus, avec seulement ce qui est coché ici</translation>
    </message>
    <message>
        <source>Tick what may be loaded. A picture may show a minor: then leave it, and ask for help.</source>
        <translation>Cochez ce qui peut être chargé. Une image montre peut-être une personne mineure : alors laissez-la, et demandez de l’aide.</translation>
    </message>
    <message>
        <source>Nothing was withheld: the page asked for no picture and no medium.</source>
        <translation>Rien n’a été retenu : la page n’a demandé ni image ni média.</translation>
    </message>
    <message>
        <source>Further ones are not listed here.</source>
        <translation>D’autres ne figurent pas dans cette liste.</translation>
    </message>
    <message>
        <source>Made by the page itself ({kind})</source>
        <translation>Fabriqué par la page elle-même ({kind})</translation>
    </message>
    <message>
        <source>picture</source>
        <translation>image</translation>
    </message>
    <message>
        <source>Made by the page itself: it cannot be chosen ({kind})</source>
        <translation>Fabriqué par la page elle-même : ne peut pas être choisi ({kind})</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>Written record</source>
        <translation>Description écrite</translation>
    </message>
    <message>
        <source>Imported file</source>
        <translation>Fichier importé</translation>
    </message>
    <message>
        <source>Exhibit {number}</source>
        <translation>Pièce {number}</translation>
    </message>
    <message>
        <source>Locked: may show a minor</source>
        <translation>Verrouillée : peut montrer une personne mineure</translation>
    </message>
    <message>
        <source>Withdrawn</source>
        <translation>Retirée</translation>
    </message>
    <message>
        <source>Text only</source>
        <translation>Texte seul</translation>
    </message>
    <message>
        <source>Imported</source>
        <translation>Importée</translation>
    </message>
    <message>
        <source>Complete</source>
        <translation>Complète</translation>
    </message>
    <message>
        <source>In part</source>
        <translation>En partie</translation>
    </message>
    <message>
        <source>The site says that this page is not there ({status})</source>
        <translation>Le site répond que cette page n’existe pas ou plus ({status})</translation>
    </message>
    <message>
        <source>The site does not show this page to visitors ({status})</source>
        <translation>Le site ne montre pas cette page aux visiteurs ({status})</translation>
    </message>
    <message>
        <source>The site answered with an error ({status})</source>
        <translation>Le site a répondu par une erreur ({status})</translation>
    </message>
    <message>
        <source>Timestamped</source>
        <translation>Horodatée</translation>
    </message>
    <message>
        <source>Timestamp to come</source>
        <translation>Horodatage attendu</translation>
    </message>
    <message>
        <source>No timestamp</source>
        <translation>Sans horodatage</translation>
    </message>
    <message>
        <source>Existed on {time} at the latest</source>
        <translation>Existait au plus tard le {time}</translation>
    </message>
    <message>
        <source>shown to be qualified</source>
        <translation>caractère qualifié établi</translation>
    </message>
    <message>
        <source>Nothing could be loaded</source>
        <translation>Rien n’a pu être chargé</translation>
    </message>
    <message>
        <source>Report the page to Pharos (internet-signalement.gouv.fr) or call the 3018: they say what to do next.</source>
        <translation>Signalez la page à Pharos (internet-signalement.gouv.fr) ou appelez le 3018&#xa0;: ils vous diront la suite.</translation>
    </message>
    <message>
        <source>Not yet: it will be asked again</source>
        <translation>Pas encore&#xa0;; il sera redemandé</translation>
    </message>
    <message>
        <source>Refused by the authority</source>
        <translation>Refusé par l’autorité</translation>
    </message>
    <message>
        <source>Renewed on {day} by {authority}</source>
        <translation>Renouvelé le {day} par {authority}</translation>
    </message>
    <message>
        <source>To be renewed again before {day}</source>
        <translation>À renouveler avant le {day}</translation>
    </message>
    <message>
        <source>Only adults are shown</source>
        <translation>Uniquement des adultes</translation>
    </message>
    <message>
        <source>Only adults are shown; pictures one by one</source>
        <translation>Uniquement des adultes ; images une par une</translation>
    </message>
    <message>
        <source>I was under 18: text only</source>
        <translation>J’avais moins de 18 ans : texte seul</translation>
    </message>
    <message>
        <source>Someone under 18: text only</source>
        <translation>Une personne de moins de 18 ans : texte seul</translation>
    </message>
    <message>
        <source>Age not known: text only</source>
        <translation>Âge inconnu : texte seul</translation>
    </message>
    <message>
        <source>Making the vault</source>
        <translation>Création du coffre</translation>
    </message>
    <message>
        <source>Opening the vault</source>
        <translation>Ouverture du coffre</translation>
    </message>
    <message>
        <source>Noting the time</source>
        <translation>Prise de l’heure</translation>
    </message>
    <message>
        <source>Starting the browser</source>
        <translation>Démarrage du navigateur</translation>
    </message>
    <message>
        <source>Loading the page</source>
        <translation>Chargement de la page</translation>
    </message>
    <message>
        <source>First view</source>
        <translation>Première vue</translation>
    </message>
    <message>
        <source>Letting the page settle</source>
        <translation>La page se stabilise</translation>
    </message>
    <message>
        <source>Going through the page</source>
        <translation>Parcours de la page</translation>
    </message>
    <message>
        <source>Keeping what the site sent</source>
        <translation>Conservation de ce que le site a envoyé</translation>
    </message>
    <message>
        <source>Taking the picture of the page</source>
        <translation>Prise de l’image de la page</translation>
    </message>
    <message>
        <source>Going through the boxes of the page</source>
        <translation>Parcours des zones de la page</translation>
    </message>
    <message>
        <source>Keeping what the page made itself</source>
        <translation>Conservation de ce que la page a fabriqué</translation>
    </message>
    <message>
        <source>Keeping the page&apos;s source</source>
        <translation>Conservation de la source de la page</translation>
    </message>
    <message>
        <source>Keeping the text</source>
        <translation>Conservation du texte</translation>
    </message>
    <message>
        <source>Noting account and post numbers</source>
        <translation>Relevé des numéros de compte et de publication</translation>
    </message>
    <message>
        <source>Looking whether the site showed the page itself</source>
        <translation>Recherche d’un obstacle devant la page</translation>
    </message>
    <message>
        <source>Making a PDF</source>
        <translation>Création d’un PDF</translation>
    </message>
    <message>
        <source>Keeping pictures and videos</source>
        <translation>Conservation des images et vidéos</translation>
    </message>
    <message>
        <source>Making the web archive</source>
        <translation>Création de l’archive web</translation>
    </message>
    <message>
        <source>Noting where it came from</source>
        <translation>Relevé de la provenance</translation>
    </message>
    <message>
        <source>Making a blurred preview</source>
        <translation>Création d’un aperçu flouté</translation>
    </message>
    <message>
        <source>Writing down what was done</source>
        <translation>Relevé de ce qui a été fait</translation>
    </message>
    <message>
        <source>Putting it into the vault</source>
        <translation>Mise au coffre</translation>
    </message>
    <message>
        <source>Asking for timestamps</source>
        <translation>Demande d’horodatage</translation>
    </message>
    <message>
        <source>Renewing the timestamps</source>
        <translation>Renouvellement des horodatages</translation>
    </message>
    <message>
        <source>Taking in the file</source>
        <translation>Import du fichier</translation>
    </message>
    <message>
        <source>Checking the list and judging the timestamps by it</source>
        <translation>Vérification de la liste et jugement des horodatages</translation>
    </message>
    <message>
        <source>Gathering the exhibits</source>
        <translation>Rassemblement des pièces</translation>
    </message>
    <message>
        <source>Writing the report</source>
        <translation>Rédaction du rapport</translation>
    </message>
    <message>
        <source>Laying out the exhibits</source>
        <translation>Mise en page des pièces</translation>
    </message>
    <message>
        <source>Sealing the package</source>
        <translation>Scellement de l’export</translation>
    </message>
    <message>
        <source>Checking the package</source>
        <translation>Vérification de l’export</translation>
    </message>
    <message>
        <source>Checking the vault</source>
        <translation>Vérification du coffre</translation>
    </message>
    <message>
        <source>Working</source>
        <translation>En cours</translation>
    </message>
    <message>
        <source>first view of the page</source>
        <translation>première vue de la page</translation>
    </message>
    <message>
        <source>picture of the whole page</source>
        <translation>image de toute la page</translation>
    </message>
    <message>
        <source>part of the picture</source>
        <translation>partie de l’image</translation>
    </message>
    <message>
        <source>page as the site sent it</source>
        <translation>page telle que le site l’a envoyée</translation>
    </message>
    <message>
        <source>page as the browser built it</source>
        <translation>page telle que le navigateur l’a construite</translation>
    </message>
    <message>
        <source>PDF of the page</source>
        <translation>PDF de la page</translation>
    </message>
    <message>
        <source>web archive</source>
        <translation>archive web</translation>
    </message>
    <message>
        <source>web archive with private parts</source>
        <translation>archive web avec parties privées</translation>
    </message>
    <message>
        <source>text of the page</source>
        <translation>texte de la page</translation>
    </message>
    <message>
        <source>picture or video</source>
        <translation>image ou vidéo</translation>
    </message>
    <message>
        <source>record of what was done</source>
        <translation>relevé de ce qui a été fait</translation>
    </message>
    <message>
        <source>imported file</source>
        <translation>fichier importé</translation>
    </message>
    <message>
        <source>blurred preview</source>
        <translation>aperçu flouté</translation>
    </message>
    <message>
        <source>the end of loading</source>
        <translation>la fin du chargement</translation>
    </message>
    <message>
        <source>the page at rest</source>
        <translation>la page au repos</translation>
    </message>
    <message>
        <source>the far end of the page</source>
        <translation>le bas de la page</translation>
    </message>
    <message>
        <source>where it came from</source>
        <translation>la provenance</translation>
    </message>
    <message>
        <source>Vault made</source>
        <translation>Coffre créé</translation>
    </message>
    <message>
        <source>Vault opened</source>
        <translation>Coffre ouvert</translation>
    </message>
    <message>
        <source>Opening failed</source>
        <translation>Ouverture échouée</translation>
    </message>
    <message>
        <source>Vault locked</source>
        <translation>Coffre verrouillé</translation>
    </message>
    <message>
        <source>Passphrase changed</source>
        <translation>Phrase secrète changée</translation>
    </message>
    <message>
        <source>Recovery code changed</source>
        <translation>Code de secours changé</translation>
    </message>
    <message>
        <source>Case made</source>
        <translation>Dossier créé</translation>
    </message>
    <message>
        <source>Case closed</source>
        <translation>Dossier fermé</translation>
    </message>
    <message>
        <source>Mandate recorded</source>
        <translation>Accord noté</translation>
    </message>
    <message>
        <source>Capture started</source>
        <translation>Capture commencée</translation>
    </message>
    <message>
        <source>Captured</source>
        <translation>Capturée</translation>
    </message>
    <message>
        <source>Captured in part</source>
        <translation>Capturée en partie</translation>
    </message>
    <message>
        <source>Capture interrupted</source>
        <translation>Capture interrompue</translation>
    </message>
    <message>
        <source>Capture stopped</source>
        <translation>Capture arrêtée</translation>
    </message>
    <message>
        <source>Capture given up</source>
        <translation>Capture abandonnée</translation>
    </message>
    <message>
        <source>Taken in</source>
        <translation>Ajoutée</translation>
    </message>
    <message>
        <source>Timestamp received</source>
        <translation>Horodatage reçu</translation>
    </message>
    <message>
        <source>Timestamp renewed</source>
        <translation>Horodatage renouvelé</translation>
    </message>
    <message>
        <source>Timestamp refused</source>
        <translation>Horodatage refusé</translation>
    </message>
    <message>
        <source>Authority did not answer usefully</source>
        <translation>L’autorité n’a pas répondu utilement</translation>
    </message>
    <message>
        <source>What an authority says of its certificates kept</source>
        <translation>Ce qu’une autorité dit de ses certificats, conservé</translation>
    </message>
    <message>
        <source>Page opened with a kept sign-in</source>
        <translation>Page ouverte avec une connexion gardée</translation>
    </message>
    <message>
        <source>Vault checked</source>
        <translation>Coffre vérifié</translation>
    </message>
    <message>
        <source>The computer’s clock was changed</source>
        <translation>L’horloge de l’ordinateur a été modifiée</translation>
    </message>
    <message>
        <source>Handed over</source>
        <translation>Remise</translation>
    </message>
    <message>
        <source>History looked at</source>
        <translation>Historique regardé</translation>
    </message>
    <message>
        <source>Picture looked at (stays with you)</source>
        <translation>Image regardée (reste chez vous)</translation>
    </message>
    <message>
        <source>File saved outside (stays with you)</source>
        <translation>Fichier enregistré ailleurs (reste chez vous)</translation>
    </message>
    <message>
        <source>Export prepared</source>
        <translation>Export préparé</translation>
    </message>
    <message>
        <source>Exported</source>
        <translation>Exportée</translation>
    </message>
    <message>
        <source>{what} ({case})</source>
        <translation>{what} ({case})</translation>
    </message>
    <message>
        <source>A file is missing</source>
        <translation>Un fichier manque</translation>
    </message>
    <message>
        <source>A file is damaged</source>
        <translation>Un fichier est abîmé</translation>
    </message>
    <message>
        <source>The description of an exhibit is damaged</source>
        <translation>La description d’une pièce est abîmée</translation>
    </message>
    <message>
        <source>Two records do not agree</source>
        <translation>Deux relevés se contredisent</translation>
    </message>
    <message>
        <source>A file that belongs to nothing</source>
        <translation>Un fichier qui n’appartient à rien</translation>
    </message>
    <message>
        <source>The index of the vault is damaged</source>
        <translation>L’index du coffre est abîmé</translation>
    </message>
    <message>
        <source>The file with the keys was changed</source>
        <translation>Le fichier des clés a été modifié</translation>
    </message>
    <message>
        <source>The history was changed</source>
        <translation>L’historique a été modifié</translation>
    </message>
    <message>
        <source>A timestamp does not hold</source>
        <translation>Un horodatage ne tient pas</translation>
    </message>
    <message>
        <source>A trusted list is damaged: import it again</source>
        <translation>Une liste de confiance est abîmée : importez-la de nouveau</translation>
    </message>
    <message>
        <source>Something is not as it should be</source>
        <translation>Quelque chose n’est pas comme prévu</translation>
    </message>
    <message>
        <source>Intact</source>
        <translation>Intact</translation>
    </message>
    <message>
        <source>Nothing was changed since this package was sealed, and its time is proven.</source>
        <translation>Rien n’a changé depuis que cet export a été scellé, et son heure est prouvée.</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>Modifié</translation>
    </message>
    <message>
        <source>Something in this package is not as it was sealed. The list says what.</source>
        <translation>Quelque chose dans cet export n’est plus comme au moment du scellement. La liste dit quoi.</translation>
    </message>
    <message>
        <source>Not all could be checked</source>
        <translation>Tout n’a pas pu être vérifié</translation>
    </message>
    <message>
        <source>What could be checked is in order, but something is missing. The list says what.</source>
        <translation>Ce qui a pu être vérifié est en ordre, mais il manque quelque chose. La liste dit quoi.</translation>
    </message>
    <message>
        <source>This cannot be read as a package</source>
        <translation>Ce fichier ne se lit pas comme un export</translation>
    </message>
    <message>
        <source>The file is damaged, needs a password, or is something else.</source>
        <translation>Le fichier est abîmé, demande un mot de passe, ou c’est autre chose.</translation>
    </message>
    <message>
        <source>The ZIP file itself</source>
        <translation>Le fichier ZIP lui-même</translation>
    </message>
    <message>
        <source>The list of contents</source>
        <translation>La liste du contenu</translation>
    </message>
    <message>
        <source>Each file against its digest</source>
        <translation>Chaque fichier et son empreinte</translation>
    </message>
    <message>
        <source>No file was added</source>
        <translation>Aucun fichier ajouté</translation>
    </message>
    <message>
        <source>The description of each exhibit</source>
        <translation>La description de chaque pièce</translation>
    </message>
    <message>
        <source>The files of each exhibit</source>
        <translation>Les fichiers de chaque pièce</translation>
    </message>
    <message>
        <source>The log of what was done</source>
        <translation>Le journal de ce qui a été fait</translation>
    </message>
    <message>
        <source>The end of that log</source>
        <translation>La fin de ce journal</translation>
    </message>
    <message>
        <source>The signature of the seal</source>
        <translation>La signature du scellé</translation>
    </message>
    <message>
        <source>The key of the seal</source>
        <translation>La clé du scellé</translation>
    </message>
    <message>
        <source>The timestamp of the seal</source>
        <translation>L’horodatage du scellé</translation>
    </message>
    <message>
        <source>The timestamps of the exhibits</source>
        <translation>Les horodatages des pièces</translation>
    </message>
    <message>
        <source>The authorities that gave the time</source>
        <translation>Les autorités qui ont donné l’heure</translation>
    </message>
    <message>
        <source>{what}: {state}</source>
        <translation>{what} : {state}</translation>
    </message>
    <message>
        <source>in order</source>
        <translation>en ordre</translation>
    </message>
    <message>
        <source>not in order</source>
        <translation>pas en ordre</translation>
    </message>
    <message>
        <source>could not be checked</source>
        <translation>n’a pas pu être vérifié</translation>
    </message>
</context>
<context>
    <name>WorkScreen</name>
    <message>
        <source>The recovery code is not confirmed yet.</source>
        <translation>Le code de secours n’est pas encore confirmé.</translation>
    </message>
    <message>
        <source>Write it down…</source>
        <translation>Le noter…</translation>
    </message>
    <message>
        <source>Some timestamps are still to come.</source>
        <translation>Des horodatages sont encore attendus.</translation>
    </message>
    <message>
        <source>Timestamp now</source>
        <translation>Horodater maintenant</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Chercher</translation>
    </message>
    <message>
        <source>Exhibits</source>
        <translation>Pièces</translation>
    </message>
    <message>
        <source>A capture had been interrupted. What was finished is kept as an exhibit.</source>
        <translation>Une capture avait été interrompue. Ce qui était terminé est gardé comme pièce.</translation>
    </message>
    <message>
        <source>Fine</source>
        <translation>D’accord</translation>
    </message>
    <message>
        <source>Part of the vault is damaged. A check says what it is.</source>
        <translation>Une partie du coffre est abîmée. Une vérification dit laquelle.</translation>
    </message>
    <message>
        <source>Check the vault…</source>
        <translation>Vérifier le coffre…</translation>
    </message>
    <message>
        <source>Files that belong to nothing were set aside, not deleted. A check says whether all is there.</source>
        <translation>Des fichiers qui n’appartiennent à rien ont été mis de côté, pas effacés. Une vérification dit si tout est là.</translation>
    </message>
    <message>
        <source>Nothing found for this search.</source>
        <translation>Rien trouvé pour cette recherche.</translation>
    </message>
    <message>
        <source>Paste the address of a page above, then press Capture.

You can stop at any time.</source>
        <translation>Collez l’adresse d’une page ci-dessus, puis appuyez sur Capturer.

Vous pouvez arrêter à tout moment.</translation>
    </message>
    <message>
        <source>Choose files to import</source>
        <translation>Choisir les fichiers à importer</translation>
    </message>
    <message>
        <source>Some authorities have not answered yet; the program asks again by itself.</source>
        <translation>Certaines autorités n’ont pas encore répondu ; le programme les interroge à nouveau de lui-même.</translation>
    </message>
</context>
<context>
    <name>Working</name>
    <message>
        <source>What is being done</source>
        <translation>Ce qui se passe</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Avancement</translation>
    </message>
</context>
<context>
    <name>_Form</name>
    <message>
        <source>What came of it</source>
        <translation>Ce qui en est résulté</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
</context>
</TS>
